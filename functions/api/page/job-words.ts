import type { JobProgress } from "../../../shared/job-progress.ts";
import type { JobStatus } from "../../../shared/job-status.ts";

/** A job's state in words. */
export const STATUS_WORDS: Readonly<Record<JobStatus, string>> = {
  awaiting_upload: "waiting for its upload",
  queued: "waiting",
  running: "converting",
  succeeded: "done",
  succeeded_with_errors: "done, with gaps",
  failed: "failed",
  canceled: "canceled",
  expired: "never uploaded",
};

/** What a job has found, each with its name, in the order in which a person looks for it. */
export function countItems({ items }: JobProgress): readonly (readonly [name: string, count: number])[] {
  return [
    ["mail", items.mail],
    ["calendar", items.calendar],
    ["contacts", items.contact],
    ["other", items.raw],
    ["duplicates", items.duplicates],
    ["skipped", items.skipped],
  ];
}

/** The same in one line, without what there is none of. */
export function describeItems(progress: JobProgress): string {
  const found = countItems(progress).filter(([, count]) => count > 0);
  return found.length === 0 ? "nothing found" : found.map(([name, count]) => `${count} ${name}`).join(", ");
}

/** How far a job is, in whole percents; null while nobody knows how much there is. */
export function percentOf({ bytesRead, bytesTotal }: JobProgress): number | null {
  return bytesTotal === 0 ? null : Math.min(100, Math.floor((bytesRead / bytesTotal) * 100));
}

const UNITS = ["KB", "MB", "GB", "TB"] as const;

/** A size as a person reads it: 999 bytes, 1.2 KB, 34 MB. Decimal units. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  const amount = bytes / 1000 ** power;
  return `${amount < 10 ? amount.toFixed(1) : amount.toFixed(0)} ${UNITS[power - 1]}`;
}
