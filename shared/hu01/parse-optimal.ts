import { NEAR } from "./hash-chains.ts";
import type { MatchLists } from "./match-lists.ts";
import { isBetter } from "./parse-lazy.ts";
import { BYTE_LENGTH_COST, WIDE_LENGTH_COST } from "./symbol-costs.ts";
import { END_SYMBOL, ESCAPED_LENGTH, MIN_MATCH, offsetBits, WIDE_LENGTH } from "./token.ts";

/*
 * Near-optimal parsing: the cheapest way through a block for given symbol costs.
 *
 * Which matches there are does not depend on which are taken, so they are collected once (match-lists.ts). Then one
 * walk from the block's end to its start finds the cheapest path: the best from a position is the cheapest of its
 * literal and its matches, each added to the best from where it ends. "Near", because costs follow from the choices
 * and choices from the costs: each pass takes the costs that the last one has led to; two bring nearly all.
 *
 * Where the first costs come from matters more than it seems. Guessed flat, they make base64 look as cheap to
 * match as to spell out, and chance matches of three bytes spoil the first pass. A lazy walk over the matches that
 * are there anyway costs little and knows what kind of block it is: two passes after it reach what takes three
 * after the best of flat guesses.
 *
 * A match may be cut short, so each stands for every length up to its own that no nearer one reaches. Only what
 * takes three length bytes is not cut: 256 bytes and more of saved text leave nothing to be gained by it. And a
 * pass that only has to find out what symbols cost takes matches whole or not at all: half the time, for 0.02 % of
 * output in the end.
 */

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
 * Finds the cheapest path; among equals, the literal and then the shorter match wins.
 *
 * @param costs per symbol, offset bits included (symbol-costs.ts)
 * @param cut whether matches may be cut short
 * @param pathCosts scratch: receives the cost from each position to the end
 * @param choices receives the best token at each position, whether it is on the path or not
 */
export function choosePath(
  bytes: Uint8Array,
  lists: MatchLists,
  costs: Uint32Array,
  cut: boolean,
  pathCosts: Uint32Array,
  choices: Uint32Array,
): void {
  const { matches, starts } = lists;
  pathCosts[bytes.length] = 0;
  for (let at = bytes.length - 1; at >= 0; at--) {
    const literal = bytes[at] as number;
    let best = (costs[literal] as number) + (pathCosts[at + 1] as number);
    let choice = literal;
    const offer = (cost: number, length: number, offset: number) => {
      if (cost >= best) return;
      best = cost;
      choice = ((length << 16) | offset) >>> 0;
    };

    let length = MIN_MATCH;
    const stop = starts[at + 1] as number;
    for (let i = starts[at] as number; i < stop; i++) {
      const longest = (matches[i] as number) >>> 16;
      const offset = (matches[i] as number) & 0xffff;
      const row = END_SYMBOL + (offsetBits(offset) << 4);
      if (!cut) length = longest;
      for (; length <= longest && length < ESCAPED_LENGTH; length++) {
        offer((costs[row + length - MIN_MATCH] as number) + (pathCosts[at + length] as number), length, offset);
      }
      const escaped = costs[row + 15] as number;
      for (; length <= longest && length < WIDE_LENGTH; length++) {
        offer(escaped + BYTE_LENGTH_COST + (pathCosts[at + length] as number), length, offset);
      }
      if (longest >= WIDE_LENGTH) {
        offer(escaped + WIDE_LENGTH_COST + (pathCosts[at + longest] as number), longest, offset);
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
