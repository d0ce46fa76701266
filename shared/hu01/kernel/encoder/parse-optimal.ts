import { blockBytes, NEAR } from "./hash-chains.ts";
import { CHOICES, COSTS, INPUT, PATH_COSTS, STARTS, TOKENS } from "./memory.ts";
import { isBetter } from "./parse-lazy.ts";
import { BYTE_LENGTH_COST, WIDE_LENGTH_COST } from "./symbol-costs.ts";
import { END_SYMBOL, ESCAPED_LENGTH, MIN_MATCH, offsetBits, tokenSymbol, WIDE_LENGTH } from "./token.ts";

/*
 * Near-optimal parsing, as in ../../parse-optimal.ts, but weighing four lengths at once. Lane i of a vector stands
 * for the length `length + i`; each lane keeps its own cheapest way, and the cheapest lane wins at the end. Against
 * one length after the other, a tenth of the whole encoder's time (measured).
 */

/** From STARTS and MATCHES to TOKENS, lazily. @returns the number of tokens */
export function guessPath(): u32 {
  const bytes = blockBytes;
  let token: usize = TOKENS;
  let at: u32 = 0;
  let held = longestAt(0, bytes);
  while (at < bytes) {
    const next = held === 0 ? 0 : longestAt(at + 1, bytes);
    if (held !== 0 && (next === 0 || !isBetter(next, held))) {
      store<u32>(token, held);
      at += held >> 16;
    } else {
      store<u32>(token, load<u8>(INPUT + at++));
    }
    token += 4;
    held = longestAt(at, bytes);
  }
  return u32(token - TOKENS) >> 2;
}

function longestAt(at: u32, bytes: u32): u32 {
  const start: usize = STARTS + (at << 2);
  if (at >= bytes || load<u32>(start) === load<u32>(start, 4)) return 0;
  const longest = load<u32>(usize(load<u32>(start, 4)) - 4);
  return longest >> 16 === MIN_MATCH && (longest & 0xffff) > NEAR ? 0 : longest;
}

/** From STARTS, MATCHES and COSTS to CHOICES, no match cut short. */
export function chooseUncut(): void {
  let at = blockBytes;
  let stop: usize = load<u32>(STARTS + (at << 2));
  store<u32>(PATH_COSTS + (at << 2), 0);
  while (at-- > 0) {
    const path: usize = PATH_COSTS + (at << 2);
    let choice: u32 = load<u8>(INPUT + at);
    let best = load<u32>(COSTS + (choice << 2)) + load<u32>(path, 4);
    const start: usize = load<u32>(STARTS + (at << 2));
    for (let match = start; match < stop; match += 4) {
      const token = load<u32>(match);
      const length = token >> 16;
      const inBytes = length < ESCAPED_LENGTH ? 0 : length < WIDE_LENGTH ? BYTE_LENGTH_COST : WIDE_LENGTH_COST;
      const cost = load<u32>(COSTS + (tokenSymbol(token) << 2)) + inBytes + load<u32>(path + (length << 2));
      const isCheaper = cost < best;
      best = select(cost, best, isCheaper);
      choice = select(token, choice, isCheaper);
    }
    stop = start;
    store<u32>(path, best);
    store<u32>(CHOICES + (at << 2), choice);
  }
}

/** Likewise, with every length of every match. Costs stay far below 2^31, so that signed lanes do. */
export function chooseCut(): void {
  let at = blockBytes;
  let stop: usize = load<u32>(STARTS + (at << 2));
  store<u32>(PATH_COSTS + (at << 2), 0);
  while (at-- > 0) {
    const path: usize = PATH_COSTS + (at << 2);
    const literal: u32 = load<u8>(INPUT + at);
    let best = load<u32>(COSTS + (literal << 2)) + load<u32>(path, 4);
    let choice = literal;
    const start: usize = load<u32>(STARTS + (at << 2));
    if (start !== stop) {
      let bests = i32x4.splat(i32.MAX_VALUE);
      let choices = i32x4.splat(i32.MAX_VALUE);
      let length = MIN_MATCH;
      for (let match = start; match < stop; match += 4) {
        const token = load<u32>(match);
        const longest = token >> 16;
        const offset = token & 0xffff;
        const row: usize = COSTS + (END_SYMBOL << 2) + (offsetBits(offset) << 6);
        const lastShort = min(longest, ESCAPED_LENGTH - 1);
        for (; length <= lastShort; length += 4) {
          const symbols = v128.load(row + ((length - MIN_MATCH) << 2));
          const sums = i32x4.add(symbols, v128.load(path + (length << 2)));
          const isCheaper = v128.and(lanesUpTo(lastShort - length), i32x4.lt_s(sums, bests));
          bests = v128.bitselect(sums, bests, isCheaper);
          choices = v128.bitselect(tokensFrom(length, offset), choices, isCheaper);
        }
        length = lastShort + 1;
        if (longest < ESCAPED_LENGTH) continue;

        const escaped = load<u32>(row, 15 << 2);
        const withByte = i32x4.splat(escaped + BYTE_LENGTH_COST);
        const lastByte = min(longest, WIDE_LENGTH - 1);
        for (; length <= lastByte; length += 4) {
          const sums = i32x4.add(withByte, v128.load(path + (length << 2)));
          const isCheaper = v128.and(lanesUpTo(lastByte - length), i32x4.lt_s(sums, bests));
          bests = v128.bitselect(sums, bests, isCheaper);
          choices = v128.bitselect(tokensFrom(length, offset), choices, isCheaper);
        }
        length = lastByte + 1;
        if (longest < WIDE_LENGTH) continue;

        const wide = escaped + WIDE_LENGTH_COST + load<u32>(path + (longest << 2));
        if (wide < best) {
          best = wide;
          choice = token;
        }
      }

      // Two rounds of halving leave the cheapest, and of equals the smallest token, in the first lane.
      let otherBests = v128.shuffle<i32>(bests, bests, 2, 3, 0, 1);
      let otherChoices = v128.shuffle<i32>(choices, choices, 2, 3, 0, 1);
      let isOther = isCheaperOrSmaller(otherBests, bests, otherChoices, choices);
      bests = v128.bitselect(otherBests, bests, isOther);
      choices = v128.bitselect(otherChoices, choices, isOther);
      otherBests = v128.shuffle<i32>(bests, bests, 1, 0, 3, 2);
      otherChoices = v128.shuffle<i32>(choices, choices, 1, 0, 3, 2);
      isOther = isCheaperOrSmaller(otherBests, bests, otherChoices, choices);
      const cost = u32(i32x4.extract_lane(v128.bitselect(otherBests, bests, isOther), 0));
      const token = u32(i32x4.extract_lane(v128.bitselect(otherChoices, choices, isOther), 0));
      const isMatch = u32(cost < best) | (u32(cost === best) & u32(token < choice));
      best = select(cost, best, isMatch);
      choice = select(token, choice, isMatch);
    }
    stop = start;
    store<u32>(path, best);
    store<u32>(CHOICES + (at << 2), choice);
  }
}

/** A mask of the lanes 0 … last. */
function lanesUpTo(last: u32): v128 {
  return i32x4.le_s(i32x4(0, 1, 2, 3), i32x4.splat(last));
}

/** The tokens of four lengths, one per lane. */
function tokensFrom(length: u32, offset: u32): v128 {
  return i32x4.add(i32x4.splat((length << 16) | offset), i32x4(0, 1 << 16, 2 << 16, 3 << 16));
}

function isCheaperOrSmaller(cost: v128, thanCost: v128, token: v128, thanToken: v128): v128 {
  const isTie = v128.and(i32x4.eq(cost, thanCost), i32x4.lt_u(token, thanToken));
  return v128.or(i32x4.lt_s(cost, thanCost), isTie);
}

/** From CHOICES to TOKENS. @returns the number of tokens */
export function followPath(): u32 {
  const bytes = blockBytes;
  let token: usize = TOKENS;
  for (let at: u32 = 0; at < bytes; ) {
    const choice = load<u32>(CHOICES + (at << 2));
    store<u32>(token, choice);
    token += 4;
    at += choice < END_SYMBOL ? 1 : choice >> 16;
  }
  return u32(token - TOKENS) >> 2;
}
