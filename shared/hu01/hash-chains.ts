import { MAX_MATCH, MIN_MATCH } from "./token.ts";

/*
 * Finds earlier occurrences of the bytes at a position, newest first.
 *
 * Two structures, because matches of three bytes are common but pay only when they are near: one slot per hash of
 * three bytes, holding the newest position only and asked no further back than 4 KiB (beyond, twelve offset bits
 * and more make three literals cheaper), and chains of all positions with the same hash of four bytes. Positions
 * are kept plus one, so that 0 says "none" and clearing is a fill. Small blocks use small tables: clearing two
 * large ones would cost more than compressing a note of two kilobytes.
 */

/** Matches of exactly three bytes are taken up to this offset only. */
const NEAR = 4096;
const MAX_HASH_BITS = 15;
const MIN_HASH_BITS = 8;

/** Hash tables over one block of at most 65 536 bytes. */
export interface HashChains {
  bytes: Uint8Array;
  hashShift: number;
  readonly newestOfThree: Uint16Array;
  readonly newestOfFour: Uint16Array;
  readonly previous: Uint16Array;
}

export function createHashChains(): HashChains {
  return {
    bytes: new Uint8Array(0),
    hashShift: 0,
    newestOfThree: new Uint16Array(1 << MAX_HASH_BITS),
    newestOfFour: new Uint16Array(1 << MAX_HASH_BITS),
    previous: new Uint16Array(65_536),
  };
}

/** Empties the tables for a new block. */
export function resetHashChains(chains: HashChains, bytes: Uint8Array): void {
  const bits = hashBits(bytes.length);
  chains.bytes = bytes;
  chains.hashShift = 32 - bits;
  chains.newestOfThree.fill(0, 0, 1 << bits);
  chains.newestOfFour.fill(0, 0, 1 << bits);
}

/** Bits of hash for a block: as many slots as it has positions, within limits. */
export function hashBits(blockBytes: number): number {
  return Math.min(MAX_HASH_BITS, Math.max(MIN_HASH_BITS, 32 - Math.clz32(blockBytes - 1)));
}

/** Multiplicative hash (Knuth, golden ratio) of the low bytes of a word: the product's top bits. */
export function hashWord(word: number, shift: number): number {
  return Math.imul(word, 0x9e3779b1) >>> shift;
}

/** The four bytes at a position as a little-endian word. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** How many bytes at `a` and the later `b` are the same, `limit` at most. */
export function commonLength(bytes: Uint8Array, a: number, b: number, limit: number): number {
  let length = 0;
  while (length < limit && bytes[a + length] === bytes[b + length]) length++;
  return length;
}

/** Adds a position; the last three of a block are left out. */
export function insertPosition(chains: HashChains, at: number): void {
  const { bytes, hashShift, newestOfThree, newestOfFour, previous } = chains;
  if (at + 4 > bytes.length) return;
  const word = wordAt(bytes, at);
  newestOfThree[hashWord(word << 8, hashShift)] = at + 1;
  const slot = hashWord(word, hashShift);
  previous[at] = newestOfFour[slot] as number;
  newestOfFour[slot] = at + 1;
}

/**
 * The longest match at a position, the newest among equals, and adds the position.
 *
 * @param held only matches longer than this count; at least 2
 * @param depth how many positions of the chain to try
 * @param enough a match this long ends the search
 * @returns a match token, or 0 for none
 */
export function findLongest(chains: HashChains, at: number, held: number, depth: number, enough: number): number {
  const { bytes, hashShift, newestOfThree, newestOfFour, previous } = chains;
  if (at + 4 > bytes.length) return 0;
  const limit = Math.min(bytes.length - at, MAX_MATCH);
  const word = wordAt(bytes, at);
  const near = hashWord(word << 8, hashShift);
  const slot = hashWord(word, hashShift);
  let best = 0;
  let bestLength = held;

  let candidate = newestOfThree[near] as number;
  newestOfThree[near] = at + 1;
  if (bestLength < 4 && candidate !== 0 && at - candidate < NEAR) {
    const length = commonLength(bytes, candidate - 1, at, limit);
    if (length > bestLength && length >= MIN_MATCH) {
      bestLength = length;
      best = (length << 16) | (at - candidate + 1);
    }
  }

  candidate = newestOfFour[slot] as number;
  previous[at] = candidate;
  newestOfFour[slot] = at + 1;
  for (let tries = depth; candidate !== 0 && tries > 0 && bestLength < limit; tries--) {
    const from = candidate - 1;
    if (bytes[from + bestLength] === bytes[at + bestLength]) {
      const length = commonLength(bytes, from, at, limit);
      if (length > bestLength && length > MIN_MATCH) {
        bestLength = length;
        best = (length << 16) | (at - from);
        if (length >= enough) break;
      }
    }
    candidate = previous[from] as number;
  }
  return best >>> 0;
}
