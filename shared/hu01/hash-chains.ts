import { MAX_MATCH, MIN_MATCH } from "./token.ts";

/*
 * Finds earlier occurrences of the bytes at a position, newest first.
 *
 * Two structures, because matches of three bytes are common but pay only when they are near: one slot per hash of
 * three bytes, which holds the newest position and nothing older, and a chain of all positions with the same hash
 * of four bytes. Newest first is what makes it cheap: an older position is worth noting only when its match is
 * longer than every newer one, and one look at the byte behind the longest so far refuses most of them.
 *
 * Positions are kept plus one, so that 0 says "none" and clearing is a fill. Small blocks use small tables:
 * clearing two large ones would cost more than compressing a note of two kilobytes.
 */

/** How far back three bytes are looked for: farther, they cost more bits than as literals. */
export const NEAR = 4096;
/** Likewise when the parser knows what its symbols cost and can judge for itself. */
const NEAR_ENOUGH_TO_WEIGH = 16_384;
const MAX_HASH_BITS = 15;
const MIN_HASH_BITS = 8;

/** Hash tables over one block of at most 65 536 bytes. */
export interface HashChains {
  bytes: Uint8Array;
  hashShift: number;
  readonly newestOfThree: Uint16Array;
  readonly newestOfFour: Uint16Array;
  /** For each position the one before it in its chain. */
  readonly links: Uint16Array;
}

export function createHashChains(): HashChains {
  return {
    bytes: new Uint8Array(0),
    hashShift: 0,
    newestOfThree: new Uint16Array(1 << MAX_HASH_BITS),
    newestOfFour: new Uint16Array(1 << MAX_HASH_BITS),
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
}

/** Adds a position without looking for matches. The last three of a block are left out. */
export function insertPosition(chains: HashChains, at: number): void {
  if (at + 4 > chains.bytes.length) return;
  const word = wordAt(chains.bytes, at);
  exchangeNewestOfThree(chains, at, word);
  exchangeNewestOfFour(chains, at, word);
}

/**
 * Adds a position and finds its longest match, the newest among equals.
 *
 * @param held only matches longer than this count; at least 2
 * @param depth how many positions of the chain to try
 * @param enough a match this long ends the search
 * @returns a match token, or 0 for none
 */
export function findLongest(chains: HashChains, at: number, held: number, depth: number, enough: number): number {
  const { bytes, links } = chains;
  if (at + 4 > bytes.length) return 0;
  const word = wordAt(bytes, at);
  const limit = Math.min(bytes.length - at, MAX_MATCH);
  const near = exchangeNewestOfThree(chains, at, word);
  let candidate = exchangeNewestOfFour(chains, at, word);
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

/**
 * Adds a position and notes the nearest match of every length that has one: each noted match is longer, and
 * lies farther back, than the one before.
 *
 * @param matches receives match tokens from index `count` on, at most `depth + 1` of them
 * @returns the new count
 */
export function findEveryLength(
  chains: HashChains,
  at: number,
  depth: number,
  enough: number,
  matches: Uint32Array,
  count: number,
): number {
  const { bytes, links } = chains;
  if (at + 4 > bytes.length) return count;
  const word = wordAt(bytes, at);
  const limit = Math.min(bytes.length - at, MAX_MATCH);
  const near = exchangeNewestOfThree(chains, at, word);
  let candidate = exchangeNewestOfFour(chains, at, word);
  let noted = count;

  if (near !== 0 && at - near < NEAR_ENOUGH_TO_WEIGH && sharesThree(bytes, near - 1, word)) {
    matches[noted++] = matchToken(MIN_MATCH, at - near + 1);
  }
  let bestLength = MIN_MATCH;
  for (let tries = depth; candidate !== 0 && tries > 0 && bestLength < limit; tries--) {
    const from = candidate - 1;
    if (bytes[from + bestLength] === bytes[at + bestLength]) {
      const length = commonLength(bytes, from, at, limit);
      if (length > bestLength) {
        bestLength = length;
        matches[noted++] = matchToken(length, at - from);
        if (length >= enough) break;
      }
    }
    candidate = links[from] as number;
  }
  return noted;
}

function exchangeNewestOfThree(chains: HashChains, at: number, word: number): number {
  const slot = hashOf(word << 8, chains.hashShift);
  const newest = chains.newestOfThree[slot] as number;
  chains.newestOfThree[slot] = at + 1;
  return newest;
}

function exchangeNewestOfFour(chains: HashChains, at: number, word: number): number {
  const slot = hashOf(word, chains.hashShift);
  const newest = chains.newestOfFour[slot] as number;
  chains.newestOfFour[slot] = at + 1;
  chains.links[at] = newest;
  return newest;
}

/** Multiplicative hash (Knuth: 2^32 / golden ratio): the top bits of the product depend on all bits of the word. */
function hashOf(word: number, shift: number): number {
  return Math.imul(word, 0x9e3779b1) >>> shift;
}

/** The four bytes at a position as a little-endian word. */
function wordAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
}

function sharesThree(bytes: Uint8Array, at: number, word: number): boolean {
  return (wordAt(bytes, at) ^ word) << 8 === 0;
}

function matchToken(length: number, offset: number): number {
  return ((length << 16) | offset) >>> 0;
}

/** How many bytes at `a` and the later `b` are the same, `limit` at most. */
function commonLength(bytes: Uint8Array, a: number, b: number, limit: number): number {
  let length = 0;
  while (length < limit && bytes[a + length] === bytes[b + length]) length++;
  return length;
}
