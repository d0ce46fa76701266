import { commonLength, exchangeNewest, type HashChains, matchToken, mix, sharesThree, wordAt } from "./hash-chains.ts";
import type { LevelSettings } from "./level.ts";
import { MAX_MATCH, MIN_MATCH } from "./token.ts";

/*
 * All matches of a block, for a parser that weighs them: at each position the nearest one of every length.
 *
 * A parser that looks at every position pays for every step along a chain, and most steps along a chain of four
 * bytes end at the fourth. So only the newest position is kept for four bytes, as for three, and the chain is one
 * of five: a third shorter to walk, and what it finds is what is missing. (A binary tree of positions, which finds
 * a little more, took half as long again as the chain for 0.05 % of output.)
 *
 * A match that is long enough is not looked into before its end; inside it everything else would be long too.
 * The position looked at next must then be exactly the one behind it: one off, and every long match is followed
 * by a literal.
 */

/** How far back three bytes are noted. The parser knows what they cost and decides for itself. */
const NEAR_ENOUGH_TO_WEIGH = 16_384;
/** Beyond this many noted matches, only the longest of each position is kept. Real blocks stay well below it. */
const PLENTY = 12 * 65_536;
const MAX_LIST = 256;

/** The matches of position p are `matches[starts[p]] … matches[starts[p + 1] - 1]`, each longer than the last. */
export interface MatchLists {
  readonly matches: Uint32Array;
  readonly starts: Uint32Array;
}

export function createMatchLists(): MatchLists {
  return { matches: new Uint32Array(PLENTY + 65_536 + MAX_LIST), starts: new Uint32Array(65_537) };
}

/** Fills the lists for the block that `chains` was reset to. The depth is at most 250. */
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
    count = noteMatches(chains, at, depth, enough, matches, start);
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

/** Adds a position to all three tables; the last four of a block are left out. */
function insertPosition(chains: HashChains, at: number): void {
  if (at + 5 > chains.bytes.length) return;
  const mixed = mix(wordAt(chains.bytes, at));
  exchangeNewest(chains.newestOfThree, (mixed << 8) >>> chains.hashShift, at);
  exchangeNewest(chains.newestOfFour, mixed >>> chains.hashShift, at);
  chains.links[at] = exchangeNewest(chains.newestOfFive, hashOfFive(chains, mixed, at), at);
}

/** Likewise, and notes its matches from index `count` on. @returns the new count */
function noteMatches(
  chains: HashChains,
  at: number,
  depth: number,
  enough: number,
  matches: Uint32Array,
  count: number,
): number {
  const { bytes, links, hashShift } = chains;
  if (at + 5 > bytes.length) return count;
  const limit = Math.min(bytes.length - at, MAX_MATCH);
  const word = wordAt(bytes, at);
  const mixed = mix(word);
  const near = exchangeNewest(chains.newestOfThree, (mixed << 8) >>> hashShift, at);
  const newest = exchangeNewest(chains.newestOfFour, mixed >>> hashShift, at);
  let candidate = exchangeNewest(chains.newestOfFive, hashOfFive(chains, mixed, at), at);
  links[at] = candidate;
  let noted = count;
  let bestLength = MIN_MATCH;

  if (near !== 0 && at - near < NEAR_ENOUGH_TO_WEIGH && sharesThree(bytes, near - 1, word)) {
    matches[noted++] = matchToken(MIN_MATCH, at - near + 1);
  }
  if (newest !== 0 && wordAt(bytes, newest - 1) === word) {
    bestLength = commonLength(bytes, newest - 1, at, limit);
    matches[noted++] = matchToken(bestLength, at - newest + 1);
    if (bestLength >= enough) return noted;
  }
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

/** The fifth byte joins with a factor of its own (2^32 / the plastic number), so that sums rarely meet. */
function hashOfFive({ bytes, hashShift }: HashChains, mixed: number, at: number): number {
  return (mixed + Math.imul(bytes[at + 4] as number, 0xc13fa9a9)) >>> hashShift;
}
