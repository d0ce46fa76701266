import { JobError } from "../errors.ts";
import type { Item, MailItem, RawItem } from "../items/item.ts";
import type { Receipt } from "../items/outcome.ts";

/**
 * What is copied byte for byte must be as long as its place in the stream, less its holes.
 *
 * @throws JobError jobs/sums-disagree
 */
export function checkSize(item: Item, receipts: readonly Receipt[]): void {
  // What comes out of Sync XML is rebuilt, not copied.
  if ((item.kind !== "mail" && item.kind !== "raw") || item.sync !== undefined) return;
  const missing = item.holes.reduce((sum, gap) => sum + gap.missingBytes, 0);
  const [given, accounted] = [item.origin.position.outputLength, missing + (receipts[0]?.size ?? 0)];
  if (given !== accounted)
    throw new JobError("jobs/sums-disagree", undefined, { details: { sum: "file", given, accounted } });
}

/** True for an item that has holes or was cut off. */
export function isPartial(item: MailItem | RawItem): boolean {
  return item.holes.length > 0 || (item.kind === "mail" && item.isTruncated === true);
}
