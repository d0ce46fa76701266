import { blockBytes, findEveryLength, hashShift, insertPosition, NEAR } from "./hash-chains.ts";
import { CHOICES, COSTS, INPUT, MATCHES, PATH_COSTS, STARTS, TOKENS } from "./memory.ts";
import { isBetter } from "./parse-lazy.ts";
import { UNIT } from "./symbol-costs.ts";
import { END_SYMBOL, ESCAPED_LENGTH, MIN_MATCH, offsetBits, WIDE_LENGTH } from "./token.ts";

/* Near-optimal parsing, as in ../parse-optimal.ts. Starts are addresses here, not indexes. */

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
    end = findEveryLength(at, depth, enough, start, shift, bytes);
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

/**
 * From STARTS, MATCHES and COSTS to CHOICES. Which of two ways is cheaper cannot be foreseen, so it is selected,
 * not branched on (a tenth of the whole encoder's time).
 */
export function choosePath(): void {
  let at = blockBytes;
  let stop: usize = load<u32>(STARTS + (at << 2));
  store<u32>(PATH_COSTS + (at << 2), 0);
  while (at-- > 0) {
    const path: usize = PATH_COSTS + (at << 2);
    let choice: u32 = load<u8>(INPUT + at);
    let best = load<u32>(COSTS + (choice << 2)) + load<u32>(path, 4);
    const start: usize = load<u32>(STARTS + (at << 2));
    let length = MIN_MATCH;
    for (let match = start; match < stop; match += 4) {
      const token = load<u32>(match);
      const offset = token & 0xffff;
      const longest = token >> 16;
      const row: usize = COSTS + (END_SYMBOL << 2) + (offsetBits(offset) << 6) - (MIN_MATCH << 2);
      for (const last = min(longest, ESCAPED_LENGTH - 1); length <= last; length++) {
        const cost = load<u32>(row + (length << 2)) + load<u32>(path + (length << 2));
        const isCheaper = cost < best;
        best = select(cost, best, isCheaper);
        choice = select((length << 16) | offset, choice, isCheaper);
      }
      const escaped = load<u32>(row, usize(ESCAPED_LENGTH << 2));
      for (; length <= longest; length++) {
        const cost = escaped + (length < WIDE_LENGTH ? 8 * UNIT : 24 * UNIT) + load<u32>(path + (length << 2));
        const isCheaper = cost < best;
        best = select(cost, best, isCheaper);
        choice = select((length << 16) | offset, choice, isCheaper);
      }
    }
    stop = start;
    store<u32>(path, best);
    store<u32>(CHOICES + (at << 2), choice);
  }
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
