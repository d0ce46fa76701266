import type { Outcome } from "../../items/outcome.ts";

/**
 * What a file in a pack is dated: when the message was received, else what the item itself is dated, in milliseconds
 * since 1970 UTC; null for what has no date. Importers take it for the date of the message (MAPPING.md 12.4).
 */
export function entryMillis(outcome: Outcome): number | null {
  if (outcome.outcome !== "written") return null;
  const { item } = outcome;
  const millis = item.sync?.mail?.dateReceivedMillis ?? ("dateMillis" in item ? item.dateMillis : null);
  return millis !== null && Number.isFinite(millis) ? millis : null;
}
