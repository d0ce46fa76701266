import { findLongest, type HashChains, insertPosition } from "./hash-chains.ts";
import type { LevelSettings } from "./level.ts";
import { MIN_MATCH } from "./token.ts";

/*
 * Cuts a block into literals and matches from left to right.
 *
 * Greedy takes the longest match wherever there is one. Lazy holds it, and gives it up for a literal when the next
 * position has a better one. What "better" means is where the codec shows: a match symbol costs about the same for
 * every length up to 17, but each doubling of the offset costs a bit, so length alone is a bad judge.
 */

/** Once a match this long is held, only a quarter of the positions are tried for a better one. */
const GOOD = 16;

/**
 * Parses the block that `chains` was reset to.
 *
 * @param tokens receives at most one token per byte
 * @returns the number of tokens
 */
export function parseLazily(chains: HashChains, tokens: Uint32Array, settings: LevelSettings): number {
  const { bytes } = chains;
  const { depth, enough } = settings;
  const patience = settings.parse === "lazy" ? enough : 0;
  let count = 0;
  let at = 0;
  while (at < bytes.length) {
    let held = findLongest(chains, at, MIN_MATCH - 1, depth, enough);
    let inserted = at + 1;
    while (held !== 0 && held >>> 16 < patience && inserted < bytes.length) {
      const length = held >>> 16;
      const next = findLongest(chains, inserted++, length - 1, length >= GOOD ? depth >> 2 : depth, enough);
      if (next === 0 || !isBetter(next, held)) break;
      tokens[count++] = bytes[at++] as number;
      held = next;
    }
    tokens[count++] = held === 0 ? (bytes[at] as number) : held;
    at += held === 0 ? 1 : held >>> 16;
    const stop = Math.min(at, inserted + settings.remembered);
    for (; inserted < stop; inserted++) insertPosition(chains, inserted);
  }
  return count;
}

/**
 * Whether a match at the next position is worth a literal in front of it. A byte of length weighs as much as four
 * offset bits; the literal must be made up for as well.
 */
export function isBetter(next: number, held: number): boolean {
  const moreLength = (next >>> 16) - (held >>> 16);
  const fewerOffsetBits = Math.clz32(next & 0xffff) - Math.clz32(held & 0xffff);
  return 4 * moreLength + fewerOffsetBits > 2;
}
