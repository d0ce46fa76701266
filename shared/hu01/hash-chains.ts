import { MAX_MATCH, MIN_MATCH } from "./token.ts";

/*
 * Finds earlier occurrences of the bytes at a position, newest first.
 *
 * Of a length that is all one wants, only the newest occurrence matters: an older one of the same length costs as
 * many bits or more. So three bytes need no chain, just one slot per hash with the newest position in it; what a
 * chain is for is longer matches. Newest first also makes the chain cheap to follow: an older position counts only
 * when its match is longer than every newer one, and one look at the byte behind the longest so far refuses most.
 *
 * Positions are kept plus one, so that 0 says "none" and clearing is a fill. Small blocks use small tables:
 * clearing large ones would cost more than compressing a note of two kilobytes.
 */

/** How far back three bytes are looked for: farther, they cost more bits than as literals. */
export const NEAR = 4096;
const MAX_HASH_BITS = 16;
const MIN_HASH_BITS = 8;

/** Hash tables over one block of at most 65 536 bytes. */
export interface HashChains {
  bytes: Uint8Array;
  hashShift: number;
  readonly newestOfThree: Uint16Array;
  readonly newestOfFour: Uint16Array;
  readonly newestOfFive: Uint16Array;
  /** For each position the one before it in its chain. */
  readonly links: Uint16Array;
}

export function createHashChains(): HashChains {
  return {
    bytes: new Uint8Array(0),
    hashShift: 0,
    newestOfThree: new Uint16Array(1 << MAX_HASH_BITS),
    newestOfFour: new Uint16Array(1 << MAX_HASH_BITS),
    newestOfFive: new Uint16Array(1 << MAX_HASH_BITS),
    links: new Uint16Array(65_536),
  };
}

/** Empties the tables for a new block. */
export function resetHashChains(chains: HashChains, bytes: Uint8Array): void {
  const bits = Math.min(MAX_HASH_BITS, Math.max(MIN_HASH_BITS, 32 - Math.clz32(bytes.length - 1)));
  chains.bytes = bytes;
  chains.hashShift = 32 - bits;
  chains.newestOfThree.fill(0, 0, 1 << bits);
  chains.newestOfFour.fill(0, 0, 1 << bits);
  chains.newestOfFive.fill(0, 0, 1 << bits);
}

/** Adds a position to the chain of four without looking for matches. The last three of a block are left out. */
export function insertPosition(chains: HashChains, at: number): void {
  if (at + 4 > chains.bytes.length) return;
  const mixed = mix(wordAt(chains.bytes, at));
  exchangeNewest(chains.newestOfThree, (mixed << 8) >>> chains.hashShift, at);
  chains.links[at] = exchangeNewest(chains.newestOfFour, mixed >>> chains.hashShift, at);
}

/**
 * Adds a position to the chain of four and finds its longest match, the newest among equals.
 *
 * @param held only matches longer than this count; at least 2
 * @param depth how many positions of the chain to try
 * @param enough a match this long ends the search
 * @returns a match token, or 0 for none
 */
export function findLongest(chains: HashChains, at: number, held: number, depth: number, enough: number): number {
  const { bytes, links, hashShift } = chains;
  if (at + 4 > bytes.length) return 0;
  const limit = Math.min(bytes.length - at, MAX_MATCH);
  const word = wordAt(bytes, at);
  const mixed = mix(word);
  const near = exchangeNewest(chains.newestOfThree, (mixed << 8) >>> hashShift, at);
  let candidate = exchangeNewest(chains.newestOfFour, mixed >>> hashShift, at);
  links[at] = candidate;
  let best = 0;
  let bestLength = Math.max(held, MIN_MATCH);

  if (held <= MIN_MATCH && near !== 0 && at - near < NEAR && sharesThree(bytes, near - 1, word)) {
    const length = commonLength(bytes, near - 1, at, limit);
    if (length > held) {
      bestLength = length;
      best = matchToken(length, at - near + 1);
    }
  }
  for (let tries = depth; candidate !== 0 && tries > 0 && bestLength < limit; tries--) {
    const from = candidate - 1;
    if (bytes[from + bestLength] === bytes[at + bestLength]) {
      const length = commonLength(bytes, from, at, limit);
      if (length > bestLength) {
        bestLength = length;
        best = matchToken(length, at - from);
        if (length >= enough) break;
      }
    }
    candidate = links[from] as number;
  }
  return best;
}

/** Puts a position into a slot. @returns the one that was there, plus one, or 0 */
export function exchangeNewest(table: Uint16Array, slot: number, at: number): number {
  const newest = table[slot] as number;
  table[slot] = at + 1;
  return newest;
}

/**
 * Multiplicative hash (Knuth: 2^32 / golden ratio): the top bits of the product depend on all bits of the word.
 * Shifted by eight before they are taken, they depend on its first three bytes only: two hashes of one product.
 */
export function mix(word: number): number {
  return Math.imul(word, 0x9e3779b1);
}

/** The four bytes at a position as a little-endian word. */
export function wordAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
}

/** Whether the three bytes at a position are the first three of a word. */
export function sharesThree(bytes: Uint8Array, at: number, word: number): boolean {
  return (wordAt(bytes, at) ^ word) << 8 === 0;
}

export function matchToken(length: number, offset: number): number {
  return ((length << 16) | offset) >>> 0;
}

/** How many bytes at `a` and the later `b` are the same, `limit` at most. */
export function commonLength(bytes: Uint8Array, a: number, b: number, limit: number): number {
  let length = 0;
  while (length < limit && bytes[a + length] === bytes[b + length]) length++;
  return length;
}
