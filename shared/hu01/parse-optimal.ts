import { findEveryLength, type HashChains, insertPosition, NEAR } from "./hash-chains.ts";
import type { LevelSettings } from "./level.ts";
import { isBetter } from "./parse-lazy.ts";
import { lengthCost } from "./symbol-costs.ts";
import { END_SYMBOL, lengthNibble, MIN_MATCH, offsetBits } from "./token.ts";

/*
 * Near-optimal parsing: the cheapest way through a block for given symbol costs.
 *
 * Which matches there are does not depend on which are taken, so they are collected once. Then one walk from the
 * block's end to its start finds the cheapest path: the best from a position is the cheapest of its literal and its
 * matches, each added to the best from where it ends. "Near", because costs follow from the choices and choices
 * from the costs: each pass takes the costs that the last one has led to, and the first two bring nearly all.
 *
 * Where the first costs come from matters more than it seems. Guessed flat, they make base64 look as cheap to
 * match as to spell out, and chance matches of three bytes spoil two passes. A lazy walk over the matches that are
 * there anyway costs little and knows what kind of block it is: with it, two passes reach what takes three without.
 *
 * A match may be cut short, so a position's list stands for every length up to its longest; the nearest match that
 * reaches a length is the one for it. A match that is long enough is not looked into before its end. The position
 * looked at next must then be exactly the one behind it: one off, and every long match is followed by a literal.
 */

/** Beyond this many noted matches, only the longest of each position is kept. Real blocks stay well below it. */
const PLENTY = 12 * 65_536;
const MAX_LIST = 256;

/** All matches of a block: those of position p are `matches[starts[p]] … matches[starts[p + 1] - 1]`. */
export interface MatchLists {
  readonly matches: Uint32Array;
  readonly starts: Uint32Array;
}

export function createMatchLists(): MatchLists {
  return { matches: new Uint32Array(PLENTY + 65_536 + MAX_LIST), starts: new Uint32Array(65_537) };
}

/** Fills the lists for the block that `chains` was reset to. The depth is at most 255. */
export function collectMatches(chains: HashChains, lists: MatchLists, { depth, enough }: LevelSettings): void {
  const { matches, starts } = lists;
  const blockBytes = chains.bytes.length;
  let count = 0;
  let next = 0;
  for (let at = 0; at < blockBytes; at++) {
    const start = count;
    starts[at] = start;
    if (at < next) {
      insertPosition(chains, at);
      continue;
    }
    count = findEveryLength(chains, at, depth, enough, matches, start);
    if (count === start) continue;
    const longest = matches[count - 1] as number;
    if (longest >>> 16 >= enough) next = at + (longest >>> 16);
    if (start > PLENTY) {
      matches[start] = longest;
      count = start + 1;
    }
  }
  starts[blockBytes] = count;
}

/** A lazy walk over the collected matches, for the first costs. @returns the number of tokens */
export function guessPath(bytes: Uint8Array, lists: MatchLists, tokens: Uint32Array): number {
  let count = 0;
  let at = 0;
  let held = longestAt(bytes, lists, 0);
  while (at < bytes.length) {
    const next = held === 0 ? 0 : longestAt(bytes, lists, at + 1);
    if (held !== 0 && (next === 0 || !isBetter(next, held))) {
      tokens[count++] = held;
      at += held >>> 16;
    } else {
      tokens[count++] = bytes[at++] as number;
    }
    held = longestAt(bytes, lists, at);
  }
  return count;
}

function longestAt(bytes: Uint8Array, { matches, starts }: MatchLists, at: number): number {
  if (at >= bytes.length || starts[at] === starts[at + 1]) return 0;
  const longest = matches[(starts[at + 1] as number) - 1] as number;
  return longest >>> 16 === MIN_MATCH && (longest & 0xffff) > NEAR ? 0 : longest;
}

/**
 * Finds the cheapest path.
 *
 * @param costs per symbol, offset bits included (symbol-costs.ts)
 * @param pathCosts scratch: receives the cost from each position to the end
 * @param choices receives the best token at each position, whether it is on the path or not
 */
export function choosePath(
  bytes: Uint8Array,
  lists: MatchLists,
  costs: Uint32Array,
  pathCosts: Uint32Array,
  choices: Uint32Array,
): void {
  const { matches, starts } = lists;
  pathCosts[bytes.length] = 0;
  for (let at = bytes.length - 1; at >= 0; at--) {
    const literal = bytes[at] as number;
    let best = (costs[literal] as number) + (pathCosts[at + 1] as number);
    let choice = literal;
    let length = MIN_MATCH;
    const stop = starts[at + 1] as number;
    for (let i = starts[at] as number; i < stop; i++) {
      const match = matches[i] as number;
      const offset = match & 0xffff;
      const row = END_SYMBOL + (offsetBits(offset) << 4);
      for (const longest = match >>> 16; length <= longest; length++) {
        const symbolCost = (costs[row + lengthNibble(length)] as number) + lengthCost(length);
        const cost = symbolCost + (pathCosts[at + length] as number);
        if (cost >= best) continue;
        best = cost;
        choice = ((length << 16) | offset) >>> 0;
      }
    }
    pathCosts[at] = best;
    choices[at] = choice;
  }
}

/** Follows the choices from the block's start. @returns the number of tokens */
export function followPath(choices: Uint32Array, blockBytes: number, tokens: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < blockBytes; ) {
    const token = choices[at] as number;
    tokens[count++] = token;
    at += token < END_SYMBOL ? 1 : token >>> 16;
  }
  return count;
}
