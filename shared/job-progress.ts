import * as z from "zod";

const count = z.int().min(0);
const blocks = z.object({ ok: count, bad: count });
const items = z.object({
  mail: count,
  calendar: count,
  contact: count,
  raw: count,
  duplicates: count,
  skipped: count,
});

export const progressSchema = z.object({ bytesRead: count, bytesTotal: count, blocks, items });

/** Counts so far; bytes are of the source. */
export type JobProgress = z.infer<typeof progressSchema>;

/** The progress of a job that nothing has been done of. @param bytesTotal of its source, or null when unknown */
export function noProgress(bytesTotal: number | null): JobProgress {
  return {
    bytesRead: 0,
    bytesTotal: bytesTotal ?? 0,
    blocks: { ok: 0, bad: 0 },
    items: { mail: 0, calendar: 0, contact: 0, raw: 0, duplicates: 0, skipped: 0 },
  };
}

/** The larger of each count: whoever goes on from a checkpoint passes first what has been told of already. */
export function furthestProgress(a: JobProgress, b: JobProgress): JobProgress {
  return {
    bytesRead: Math.max(a.bytesRead, b.bytesRead),
    bytesTotal: b.bytesTotal,
    blocks: furthest(a.blocks, b.blocks),
    items: furthest(a.items, b.items),
  };
}

function furthest<Counts extends Readonly<Record<string, number>>>(a: Counts, b: Counts): Counts {
  return Object.fromEntries(Object.entries(a).map(([key, value]) => [key, Math.max(value, b[key] ?? 0)])) as Counts;
}
