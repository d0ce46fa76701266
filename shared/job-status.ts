/** Job states. The last five are terminal: they never change again. */
export const JOB_STATUSES = [
  "awaiting_upload",
  "queued",
  "running",
  "succeeded",
  "succeeded_with_errors",
  "failed",
  "canceled",
  "expired",
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

const TERMINAL: ReadonlySet<JobStatus> = new Set([
  "succeeded",
  "succeeded_with_errors",
  "failed",
  "canceled",
  "expired",
]);

/** True for a state that never changes again. */
export function isTerminal(status: JobStatus): boolean {
  return TERMINAL.has(status);
}
