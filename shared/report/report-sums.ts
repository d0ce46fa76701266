import * as z from "zod";
import type { StreamFacts } from "../items/outcome.ts";

const sum = z.int();
const sums = <Key extends string>(...keys: readonly Key[]) =>
  z.object(Object.fromEntries(keys.map((key) => [key, sum])) as Record<Key, typeof sum>);
const counts = z.record(z.string(), sum);
const sizes = { declaredBytes: sum, decodedBytes: sum, missingBytes: sum, excessBytes: sum };
const blocks = sums("total", "coded", "stored", "damaged", "repaired", "unverified");

/** The fields in the order in which they stand in report.json. */
const streamSchema: z.ZodType<StreamFacts> = z.object({
  index: sum,
  archiveOffset: sum,
  itemId: z.string().nullable(),
  headerBytes: sum.nullable(),
  archiveLength: sum,
  ...sizes,
  blocks,
});

/** Reads running totals back from where they were stored. */
export const reportSumsSchema = z.object({
  items: sums("seen", "written", "duplicates", "skipped", "partial"),
  byKind: sums("mail", "calendar", "contact", "raw"),
  files: z.object({
    files: sums("count", "bytes"),
    packs: sums("count", "bytes", "entries", "contentBytes").extend({ paths: z.array(z.string()) }),
    packed: sums("entries", "contentBytes"),
  }),
  archive: sums("streams", "streamBytes", "foreignBytes"),
  carriers: sums("count", "framingBytes", "carriedBytes", "members", "memberBytes"),
  /** Bytes accounted for, of the archive itself and of all members of carriers. */
  accounted: sums("archive", "members"),
  bytes: z.object(sizes),
  blocks,
  skips: counts,
  warnings: counts,
  streams: z.array(streamSchema),
  gaps: sum,
  deleted: sum,
  unproven: sum,
});

/** Everything that a job's report counts while it runs, as plain data. */
export type ReportSums = z.infer<typeof reportSumsSchema>;

/** The totals of a job of which nothing is told yet. */
export function noSums(): ReportSums {
  return {
    items: { seen: 0, written: 0, duplicates: 0, skipped: 0, partial: 0 },
    byKind: { mail: 0, calendar: 0, contact: 0, raw: 0 },
    files: {
      files: { count: 0, bytes: 0 },
      packs: { count: 0, bytes: 0, entries: 0, contentBytes: 0, paths: [] },
      packed: { entries: 0, contentBytes: 0 },
    },
    archive: { streams: 0, streamBytes: 0, foreignBytes: 0 },
    carriers: { count: 0, framingBytes: 0, carriedBytes: 0, members: 0, memberBytes: 0 },
    accounted: { archive: 0, members: 0 },
    bytes: { declaredBytes: 0, decodedBytes: 0, missingBytes: 0, excessBytes: 0 },
    blocks: { total: 0, coded: 0, stored: 0, damaged: 0, repaired: 0, unverified: 0 },
    skips: {},
    warnings: {},
    streams: [],
    gaps: 0,
    deleted: 0,
    unproven: 0,
  };
}
