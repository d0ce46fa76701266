import { addAndFind, type MatchTree } from "./match-tree.ts";
import { lengthCost, lengthNibble } from "./symbol-costs.ts";
import { END_SYMBOL, MIN_MATCH, offsetBits } from "./token.ts";

/*
 * Near-optimal parsing: the cheapest way through a block for given symbol costs.
 *
 * Matches do not depend on what is chosen, so they are collected once. Then one walk from the block's end to its
 * start finds the cheapest path: the best from a position is the cheapest of its literal and its matches, each
 * added to the best from where it ends. "Near", because costs depend on the choices and choices on the costs:
 * each pass takes the costs that the last one has led to, and the second already brings most of the gain.
 *
 * A match may be cut short, so a position's list stands for every length up to its longest; the nearest match that
 * reaches a length is taken for it. After a very long match the block is not looked at again before its end:
 * texts of one repeated byte would otherwise cost a comparison of everything with everything.
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

/** Fills the lists for the block that `tree` was reset to. @param depth at most 255 */
export function collectMatches(tree: MatchTree, lists: MatchLists, depth: number, enough: number): void {
  const { matches, starts } = lists;
  const blockBytes = tree.bytes.length;
  let count = 0;
  let skipTo = 0;
  for (let at = 0; at < blockBytes; at++) {
    const start = count;
    starts[at] = start;
    if (at < skipTo) {
      // Added all the same, but with a shallow walk, and what it finds is dropped.
      addAndFind(tree, at, depth >> 2, enough, matches, start);
      continue;
    }
    count = addAndFind(tree, at, depth, enough, matches, start);
    if (count === start) continue;
    const longest = matches[count - 1] as number;
    if (longest >>> 16 >= enough) skipTo = at + (longest >>> 16);
    if (start > PLENTY) {
      matches[start] = longest;
      count = start + 1;
    }
  }
  starts[blockBytes] = count;
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
        choice = (length << 16) | offset;
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
