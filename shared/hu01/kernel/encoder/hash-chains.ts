import { INPUT, LINKS, NEWEST_OF_FOUR, NEWEST_OF_THREE } from "./memory.ts";
import { MAX_MATCH, MIN_MATCH } from "./token.ts";

/* Hash chains, as in ../hash-chains.ts, but comparing eight bytes at a time and refusing by four. */

export const NEAR: u32 = 4096;
const NEAR_ENOUGH_TO_WEIGH: u32 = 16384;
const MAX_HASH_BITS: u32 = 15;
const MIN_HASH_BITS: u32 = 8;

export let blockBytes: u32 = 0;
export let hashShift: u32 = 0;

export function resetHashChains(bytes: u32): void {
  const bits = min(MAX_HASH_BITS, max(MIN_HASH_BITS, 32 - clz(bytes - 1)));
  blockBytes = bytes;
  hashShift = 32 - bits;
  memory.fill(NEWEST_OF_THREE, 0, 2 << bits);
  memory.fill(NEWEST_OF_FOUR, 0, 2 << bits);
}

export function insertPosition(at: u32, shift: u32, bytes: u32): void {
  if (at + 4 > bytes) return;
  const word = load<u32>(INPUT + at);
  exchangeNewestOfThree(at, word, shift);
  exchangeNewestOfFour(at, word, shift);
}

export function findLongest(at: u32, held: u32, depth: u32, enough: u32, shift: u32, bytes: u32): u32 {
  if (at + 4 > bytes) return 0;
  const here: usize = INPUT + at;
  const word = load<u32>(here);
  const limit = min(bytes - at, MAX_MATCH);
  const near = exchangeNewestOfThree(at, word, shift);
  let candidate = exchangeNewestOfFour(at, word, shift);
  let best: u32 = 0;
  let bestLength = max(held, MIN_MATCH);

  if (held <= MIN_MATCH && near !== 0 && at - near < NEAR && sharesThree(INPUT + near - 1, word)) {
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
    candidate = load<u16>(LINKS + ((candidate - 1) << 1));
  }
  return best;
}

/** Stores match tokens from address `match` on. @returns the address behind the last one */
export function findEveryLength(at: u32, depth: u32, enough: u32, match: usize, shift: u32, bytes: u32): usize {
  if (at + 4 > bytes) return match;
  const here: usize = INPUT + at;
  const word = load<u32>(here);
  const limit = min(bytes - at, MAX_MATCH);
  const near = exchangeNewestOfThree(at, word, shift);
  let candidate = exchangeNewestOfFour(at, word, shift);

  if (near !== 0 && at - near < NEAR_ENOUGH_TO_WEIGH && sharesThree(INPUT + near - 1, word)) {
    store<u32>(match, (MIN_MATCH << 16) | (at - near + 1));
    match += 4;
  }
  let bestLength = MIN_MATCH;
  if (bestLength >= limit) return match;
  let wanted = word;
  for (let tries = depth; candidate !== 0 && tries > 0; tries--) {
    const from: usize = INPUT + candidate - 1;
    if (load<u32>(from + bestLength - 3) === wanted) {
      const length = commonLength(from, here, 0, limit);
      if (length > bestLength) {
        bestLength = length;
        store<u32>(match, (length << 16) | u32(here - from));
        match += 4;
        if (length >= enough || length === limit) break;
        wanted = load<u32>(here + length - 3);
      }
    }
    candidate = load<u16>(LINKS + ((candidate - 1) << 1));
  }
  return match;
}

function exchangeNewestOfThree(at: u32, word: u32, shift: u32): u32 {
  const slot = slotOf(NEWEST_OF_THREE, word << 8, shift);
  const newest: u32 = load<u16>(slot);
  store<u16>(slot, u16(at + 1));
  return newest;
}

function exchangeNewestOfFour(at: u32, word: u32, shift: u32): u32 {
  const slot = slotOf(NEWEST_OF_FOUR, word, shift);
  const newest: u32 = load<u16>(slot);
  store<u16>(slot, u16(at + 1));
  store<u16>(LINKS + (at << 1), u16(newest));
  return newest;
}

function slotOf(table: usize, word: u32, shift: u32): usize {
  return table + (((word * 0x9e3779b1) >> shift) << 1);
}

function sharesThree(from: usize, word: u32): bool {
  return (load<u32>(from) ^ word) << 8 === 0;
}

/** How many bytes at two addresses are the same, `limit` at most, when the first `length` are known to be. */
function commonLength(a: usize, b: usize, length: u32, limit: u32): u32 {
  while (length < limit) {
    const difference = load<u64>(a + length) ^ load<u64>(b + length);
    if (difference !== 0) return min(length + u32(ctz(difference) >> 3), limit);
    length += 8;
  }
  return limit;
}
