import { blockBytes, commonLength, exchangeNewest, hashShift, link, linkOf, mix, sharesThree } from "./hash-chains.ts";
import { INPUT, MATCHES, NEWEST_OF_FIVE, NEWEST_OF_FOUR, NEWEST_OF_THREE, STARTS } from "./memory.ts";
import { MAX_MATCH, MIN_MATCH } from "./token.ts";

/* All matches of a block, as in ../../match-lists.ts. Starts are addresses here, not indexes. */

const NEAR_ENOUGH_TO_WEIGH: u32 = 16384;
const PLENTY: usize = MATCHES + 12 * 65536 * 4;

/** From INPUT to STARTS and MATCHES. */
export function collectMatches(depth: u32, enough: u32): void {
  const bytes = blockBytes;
  const shift = hashShift;
  let end: usize = MATCHES;
  let next: u32 = 0;
  for (let at: u32 = 0; at < bytes; at++) {
    const start = end;
    store<u32>(STARTS + (at << 2), u32(start));
    if (at < next) {
      insertPosition(at, shift, bytes);
      continue;
    }
    end = noteMatches(at, depth, enough, start, shift, bytes);
    if (end === start) continue;
    const longest = load<u32>(end - 4);
    if (longest >> 16 >= enough) next = at + (longest >> 16);
    if (start > PLENTY) {
      store<u32>(start, longest);
      end = start + 4;
    }
  }
  store<u32>(STARTS + (bytes << 2), u32(end));
}

function insertPosition(at: u32, shift: u32, bytes: u32): void {
  if (at + 5 > bytes) return;
  const mixed = mix(load<u32>(INPUT + at));
  exchangeNewest(NEWEST_OF_THREE, (mixed << 8) >> shift, at);
  exchangeNewest(NEWEST_OF_FOUR, mixed >> shift, at);
  link(at, exchangeNewest(NEWEST_OF_FIVE, hashOfFive(mixed, at, shift), at));
}

/** Stores match tokens from address `match` on. @returns the address behind the last one */
function noteMatches(at: u32, depth: u32, enough: u32, match: usize, shift: u32, bytes: u32): usize {
  if (at + 5 > bytes) return match;
  const here: usize = INPUT + at;
  const limit = min(bytes - at, MAX_MATCH);
  const word = load<u32>(here);
  const mixed = mix(word);
  const near = exchangeNewest(NEWEST_OF_THREE, (mixed << 8) >> shift, at);
  const newest = exchangeNewest(NEWEST_OF_FOUR, mixed >> shift, at);
  let candidate = exchangeNewest(NEWEST_OF_FIVE, hashOfFive(mixed, at, shift), at);
  link(at, candidate);
  let bestLength = MIN_MATCH;

  // Noted in any case and kept only if it is one: whether it is cannot be foreseen.
  store<u32>(match, (MIN_MATCH << 16) | (at - near + 1));
  const isNear = u32(near !== 0) & u32(at - near < NEAR_ENOUGH_TO_WEIGH) & u32(sharesThree(near, word));
  match += usize(isNear) << 2;

  if (newest !== 0 && load<u32>(INPUT + newest - 1) === word) {
    bestLength = commonLength(INPUT + newest - 1, here, 4, limit);
    store<u32>(match, (bestLength << 16) | (at - newest + 1));
    match += 4;
    if (bestLength >= enough || bestLength === limit) return match;
  }
  let wanted = load<u32>(here + bestLength - 3);
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
    candidate = linkOf(candidate);
  }
  return match;
}

function hashOfFive(mixed: u32, at: u32, shift: u32): u32 {
  return (mixed + u32(load<u8>(INPUT + at, 4)) * 0xc13fa9a9) >> shift;
}
