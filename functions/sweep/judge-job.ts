import { ERRORS, type ErrorCode } from "../../shared/errors.ts";
import {
  attemptsInVain,
  enqueueJob,
  expireJob,
  giveUpJob,
  isClaimable,
  type Job,
  releaseJob,
  remindOfJob,
} from "../../shared/job.ts";
import { isAnnouncedSize } from "../../shared/job-upload.ts";
import type { ObjectFacts } from "../../shared/object-store.ts";

/** When a job is in need of help. */
export interface Policy {
  /** How often in a row a job is begun and gets no further before it is given up. */
  readonly maxAttempts: number;
  /** Without a sign of life for so long, a job that waits has been forgotten. */
  readonly quietMillis: number;
  /** How long an upload may take that comes with the request for its job; others say it themselves. */
  readonly uploadMillis: number;
}

/** An hour is longer than a queue that keeps up, and a day than any upload link is good for. */
export const DEFAULT_POLICY: Policy = {
  maxAttempts: 5,
  quietMillis: 3_600_000,
  uploadMillis: 24 * 3_600_000,
};

/** What is to be done with a job: nothing, or to store `job`. */
export type Verdict =
  | { readonly kind: "left" }
  | {
      readonly kind: "released" | "reminded" | "enqueued" | "expired" | "failed" | "canceled";
      readonly job: Job;
    };

/** What lies at the job's source key: its facts, null for nothing, "unseen" when nobody looked. */
export type SourceState = ObjectFacts | null | "unseen";

const LEFT: Verdict = { kind: "left" };

/** True when the verdict depends on what lies at the job's source key. */
export function needsLook(job: Job, policy: Policy, now: Date): boolean {
  if (job.status === "running")
    return isClaimable(job, now) && !job.cancelRequested && attemptsInVain(job) < policy.maxAttempts;
  return isForgotten(job, policy, now);
}

/** Judges one job that has not ended. Looks at nothing but its arguments. */
export function judgeJob(job: Job, source: SourceState, policy: Policy, now: Date): Verdict {
  if (job.status === "awaiting_upload") return judgeAwaited(job, source, policy, now);
  if (!isClaimable(job, now) || !isInNeed(job, policy, now)) return LEFT;
  if (job.cancelRequested) return { kind: "canceled", job: giveUpJob(job, { status: "canceled" }, now) };
  if (job.status === "running" && attemptsInVain(job) >= policy.maxAttempts) return failed(job, "jobs/abandoned", now);
  if (source === null) return failed(job, "stores/not-found", now);
  if (source !== "unseen" && isOther(job, source)) return failed(job, "stores/source-changed", now);
  if (job.status === "running") return { kind: "released", job: releaseJob(job, now) };
  return { kind: "reminded", job: remindOfJob(job, now) };
}

function judgeAwaited(job: Job, source: SourceState, policy: Policy, now: Date): Verdict {
  if (source === "unseen") return LEFT;
  if (source !== null) {
    const { size, etag } = source;
    if (!isAnnouncedSize(job.upload, size)) return failed(job, "jobs/upload-mismatch", now);
    return { kind: "enqueued", job: enqueueJob(job, { ...job.source, size, etag }, now) };
  }
  const end = job.upload === null ? Date.parse(job.createdAt) + policy.uploadMillis : Date.parse(job.upload.expiresAt);
  return now.getTime() >= end ? { kind: "expired", job: expireJob(job, now) } : LEFT;
}

function isInNeed(job: Job, policy: Policy, now: Date): boolean {
  return job.status === "running" || isForgotten(job, policy, now);
}

/**
 * Nothing has happened for the quiet time, or for half of what the job had waited before: so a queue that is days
 * behind is not filled with reminders of the same jobs.
 */
function isForgotten({ createdAt, updatedAt }: Job, { quietMillis }: Policy, now: Date): boolean {
  const updated = Date.parse(updatedAt);
  const waitedBefore = updated - Date.parse(createdAt);
  return now.getTime() - updated >= Math.max(quietMillis, waitedBefore / 2);
}

function isOther({ source }: Job, { etag }: ObjectFacts): boolean {
  return source.etag !== null && source.etag !== etag;
}

function failed(job: Job, code: ErrorCode, now: Date): Verdict {
  const error = { code, message: ERRORS[code].meaning, details: { attempt: job.attempt } };
  return { kind: "failed", job: giveUpJob(job, { status: "failed", error }, now) };
}
