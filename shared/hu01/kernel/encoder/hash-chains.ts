import { INPUT, LINKS, NEWEST_OF_FIVE, NEWEST_OF_FOUR, NEWEST_OF_THREE } from "./memory.ts";
import { MAX_MATCH, MIN_MATCH } from "./token.ts";

/* Hash chains, as in ../../hash-chains.ts, but comparing eight bytes at a time and refusing by four. */

export const NEAR: u32 = 4096;
const MAX_HASH_BITS: u32 = 16;
const MIN_HASH_BITS: u32 = 8;

export let blockBytes: u32 = 0;
export let hashShift: u32 = 0;

export function resetHashChains(bytes: u32): void {
  const bits = min(MAX_HASH_BITS, max(MIN_HASH_BITS, 32 - clz(bytes - 1)));
  blockBytes = bytes;
  hashShift = 32 - bits;
  memory.fill(NEWEST_OF_THREE, 0, 2 << bits);
  memory.fill(NEWEST_OF_FOUR, 0, 2 << bits);
  memory.fill(NEWEST_OF_FIVE, 0, 2 << bits);
}

export function insertPosition(at: u32, shift: u32, bytes: u32): void {
  if (at + 4 > bytes) return;
  const mixed = mix(load<u32>(INPUT + at));
  exchangeNewest(NEWEST_OF_THREE, (mixed << 8) >> shift, at);
  link(at, exchangeNewest(NEWEST_OF_FOUR, mixed >> shift, at));
}

export function findLongest(at: u32, held: u32, depth: u32, enough: u32, shift: u32, bytes: u32): u32 {
  if (at + 4 > bytes) return 0;
  const here: usize = INPUT + at;
  const limit = min(bytes - at, MAX_MATCH);
  const word = load<u32>(here);
  const mixed = mix(word);
  const near = exchangeNewest(NEWEST_OF_THREE, (mixed << 8) >> shift, at);
  let candidate = exchangeNewest(NEWEST_OF_FOUR, mixed >> shift, at);
  link(at, candidate);
  let best: u32 = 0;
  let bestLength = max(held, MIN_MATCH);

  if (held <= MIN_MATCH && near !== 0 && at - near < NEAR && sharesThree(near, word)) {
    const length = commonLength(INPUT + near - 1, here, MIN_MATCH, limit);
    if (length > held) {
      bestLength = length;
      best = (length << 16) | (at - near + 1);
    }
  }
  if (bestLength >= limit) return best;
  let wanted = load<u32>(here + bestLength - 3);
  for (let tries = depth; candidate !== 0 && tries > 0; tries--) {
    const from: usize = INPUT + candidate - 1;
    if (load<u32>(from + bestLength - 3) === wanted) {
      const length = commonLength(from, here, 0, limit);
      if (length > bestLength) {
        bestLength = length;
        best = (length << 16) | u32(here - from);
        if (length >= enough || length === limit) break;
        wanted = load<u32>(here + length - 3);
      }
    }
    candidate = linkOf(candidate);
  }
  return best;
}

export function exchangeNewest(table: usize, slot: u32, at: u32): u32 {
  const newest: u32 = load<u16>(table + (slot << 1));
  store<u16>(table + (slot << 1), u16(at + 1));
  return newest;
}

/** Remembers which position, plus one, comes after `at` in its chain. */
export function link(at: u32, older: u32): void {
  store<u16>(LINKS + (at << 1), u16(older));
}

/** What comes after a candidate, both positions plus one. */
export function linkOf(candidate: u32): u32 {
  return load<u16>(LINKS + ((candidate - 1) << 1));
}

export function mix(word: u32): u32 {
  return word * 0x9e3779b1;
}

/** Whether the three bytes at a candidate (its position plus one) are the first three of a word. */
export function sharesThree(candidate: u32, word: u32): bool {
  return (load<u32>(INPUT + candidate - 1) ^ word) << 8 === 0;
}

/** How many bytes at two addresses are the same, `limit` at most, when the first `length` are known to be. */
export function commonLength(a: usize, b: usize, length: u32, limit: u32): u32 {
  while (length < limit) {
    const difference = load<u64>(a + length) ^ load<u64>(b + length);
    if (difference !== 0) return min(length + u32(ctz(difference) >> 3), limit);
    length += 8;
  }
  return limit;
}
