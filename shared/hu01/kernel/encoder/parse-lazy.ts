import { blockBytes, findLongest, hashShift, insertPosition } from "./hash-chains.ts";
import { INPUT, TOKENS } from "./memory.ts";
import { MIN_MATCH } from "./token.ts";

/* Greedy and lazy parsing, as in ../../parse-lazy.ts. */

const GOOD: u32 = 16;

/** Parses INPUT into TOKENS. @returns the number of tokens */
export function parseLazily(depth: u32, enough: u32, patience: u32, remembered: u32): u32 {
  const bytes = blockBytes;
  const shift = hashShift;
  let token: usize = TOKENS;
  let at: u32 = 0;
  while (at < bytes) {
    let held = findLongest(at, MIN_MATCH - 1, depth, enough, shift, bytes);
    if (held === 0) {
      store<u32>(token, load<u8>(INPUT + at++));
      token += 4;
      continue;
    }
    let inserted = at + 1;
    while (held >> 16 < patience && inserted < bytes) {
      const length = held >> 16;
      const next = findLongest(inserted++, length - 1, length >= GOOD ? depth >> 2 : depth, enough, shift, bytes);
      if (next === 0 || !isBetter(next, held)) break;
      store<u32>(token, load<u8>(INPUT + at++));
      token += 4;
      held = next;
    }
    store<u32>(token, held);
    token += 4;
    at += held >> 16;
    const stop = min(at, inserted + remembered);
    for (; inserted < stop; inserted++) insertPosition(inserted, shift, bytes);
  }
  return u32(token - TOKENS) >> 2;
}

export function isBetter(next: u32, held: u32): bool {
  const moreLength = i32(next >> 16) - i32(held >> 16);
  const fewerOffsetBits = i32(clz(next & 0xffff)) - i32(clz(held & 0xffff));
  return 4 * moreLength + fewerOffsetBits > 2;
}
