import type { Item } from "../../../shared/items/item.ts";
import type { Outcome } from "../../../shared/items/outcome.ts";

/** Bytes of an item's content, when they are known before it is read; null when they are not. */
export function knownSize(item: Item): number | null {
  if (item.kind === "mail" || item.kind === "raw") {
    const { content, contentBytes } = item;
    return Array.isArray(content) ? sumOf(content) : (contentBytes ?? null);
  }
  // About: folding and the other forms of the same object come on top.
  const held = item.kind === "contact" ? (item.original?.length ?? 0) : 0;
  return held + sumOf(item.lines);
}

/** Bytes that an outcome's files will have, about. @param unknownBytes taken for what is not known */
export function sizeBefore(outcome: Outcome, unknownBytes: number): number {
  return outcome.outcome === "written" ? (knownSize(outcome.item) ?? unknownBytes) : 0;
}

function sumOf(pieces: readonly { readonly length: number }[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
