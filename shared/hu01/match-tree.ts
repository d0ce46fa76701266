import { hashBits, hashWord, wordAt } from "./hash-chains.ts";
import { MAX_MATCH, MIN_MATCH } from "./token.ts";

/*
 * Finds, at a position, the nearest match of every length at once.
 *
 * All earlier positions that share a hash of four bytes hang in a binary search tree, ordered by the text that
 * follows them; the newest is the root. Looking a position up means walking down as in any search tree. What is
 * surprising is that the same walk puts the position in: it becomes the new root, and every node passed is hung
 * under its left or right hand, wherever it belongs. So parents are always newer than their children, the walk
 * meets nearer positions first, and a match is worth noting only when it is longer than all before it. Two common
 * lengths are carried along: text between a smaller and a larger neighbour shares at least the shorter of them,
 * so no byte is compared twice.
 */

/** A match of exactly three bytes is looked for in the newest position with its hash only, up to this offset. */
const NEAR = 16_384;

/** A search tree over one block of at most 65 536 bytes. Positions are kept plus one; 0 is "none". */
export interface MatchTree {
  bytes: Uint8Array;
  hashShift: number;
  readonly newestOfThree: Uint16Array;
  readonly roots: Uint16Array;
  /** Two per position: first the side of smaller text, then the side of larger text. */
  readonly children: Uint16Array;
}

export function createMatchTree(): MatchTree {
  return {
    bytes: new Uint8Array(0),
    hashShift: 0,
    newestOfThree: new Uint16Array(65_536),
    roots: new Uint16Array(65_536),
    children: new Uint16Array(2 * 65_536),
  };
}

/** Empties the tree for a new block. */
export function resetMatchTree(tree: MatchTree, bytes: Uint8Array): void {
  const bits = hashBits(bytes.length);
  tree.bytes = bytes;
  tree.hashShift = 32 - bits;
  tree.newestOfThree.fill(0, 0, 1 << bits);
  tree.roots.fill(0, 0, 1 << bits);
}

/**
 * Adds a position and notes its matches, each longer and farther than the one before.
 *
 * @param depth how many nodes of the tree to visit at most
 * @param enough compare no further than this; a match this long is measured to its end and ends the walk
 * @param matches receives match tokens from index `count` on, at most `depth + 1` of them
 * @returns the new count
 */
export function addAndFind(
  tree: MatchTree,
  at: number,
  depth: number,
  enough: number,
  matches: Uint32Array,
  count: number,
): number {
  const { bytes, hashShift, newestOfThree, roots, children } = tree;
  if (at + 4 > bytes.length) return count;
  const word = wordAt(bytes, at);
  const near = hashWord(word << 8, hashShift);
  const slot = hashWord(word, hashShift);
  const newest = (newestOfThree[near] as number) - 1;
  newestOfThree[near] = at + 1;
  let bestLength = MIN_MATCH - 1;
  if (newest >= 0 && at - newest <= NEAR && (wordAt(bytes, newest) ^ word) << 8 === 0) {
    matches[count++] = (MIN_MATCH << 16) | (at - newest);
    bestLength = MIN_MATCH;
  }

  let node = roots[slot] as number;
  roots[slot] = at + 1;
  const limit = Math.min(bytes.length - at, enough);
  let smaller = 2 * at;
  let larger = 2 * at + 1;
  let smallerLength = 0;
  let largerLength = 0;
  for (let tries = depth; node !== 0 && tries > 0; tries--) {
    const from = node - 1;
    let length = Math.min(smallerLength, largerLength);
    while (length < limit && bytes[from + length] === bytes[at + length]) length++;
    if (length > bestLength) {
      bestLength = length;
      matches[count++] = ((length << 16) | (at - from)) >>> 0;
    }
    if (length === limit) {
      // The same text as far as anybody looks: the position takes the node's place and its children.
      children[smaller] = children[2 * from] as number;
      children[larger] = children[2 * from + 1] as number;
      if (length === bestLength) matches[count - 1] = extend(bytes, matches[count - 1] as number, at);
      return count;
    }
    if ((bytes[from + length] as number) < (bytes[at + length] as number)) {
      children[smaller] = node;
      smaller = 2 * from + 1;
      smallerLength = length;
      node = children[smaller] as number;
    } else {
      children[larger] = node;
      larger = 2 * from;
      largerLength = length;
      node = children[larger] as number;
    }
  }
  children[smaller] = 0;
  children[larger] = 0;
  return count;
}

/** Measures a match beyond the length that the tree compares. */
function extend(bytes: Uint8Array, match: number, at: number): number {
  const from = at - (match & 0xffff);
  const limit = Math.min(bytes.length - at, MAX_MATCH);
  let length = match >>> 16;
  while (length < limit && bytes[from + length] === bytes[at + length]) length++;
  return ((length << 16) | (match & 0xffff)) >>> 0;
}
