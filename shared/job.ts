import * as z from "zod";
import { JobError } from "./errors.ts";
import { jobCallbackSchema } from "./job-callback.ts";
import { type JobProgress, noProgress, progressSchema } from "./job-progress.ts";
import { jobRetrySchema } from "./job-retry.ts";
import { isTerminal, JOB_STATUSES, type JobStatus } from "./job-status.ts";
import { jobUploadSchema } from "./job-upload.ts";
import { type ConvertOptions, convertOptionsSchema } from "./options.ts";

const count = z.int().min(0);
const instant = z.iso.datetime();

export const jobSchema = z.object({
  id: z.string().min(1).max(64),
  /** Counts the writes of this record, from 1; the stores compare it. */
  version: z.int().min(1),
  owner: z.string().min(1),
  status: z.enum(JOB_STATUSES),
  /** How many times a worker has begun. */
  attempt: count,
  source: z.object({
    key: z.string().min(1),
    /** As the person named it; for display only, never for a path or a log. */
    filename: z.string(),
    size: count.nullable(),
    etag: z.string().nullable(),
  }),
  /** What was announced of an upload that comes in requests of its own; null for any other source. */
  upload: jobUploadSchema.nullable().default(null),
  callback: jobCallbackSchema.nullable().default(null),
  /** Which job is done again; null for a new archive. */
  retry: jobRetrySchema.nullable().default(null),
  options: convertOptionsSchema,
  progress: progressSchema,
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
    })
    .nullable(),
  /** True once a person has asked to stop it; a running job's worker acts on it. */
  cancelRequested: z.boolean().default(false),
  /**
   * What a worker can go on from: the number of the last one and the attempt that it was made in, and, once the results
   * are complete, how the job ends. Null when the next worker begins at nothing.
   */
  checkpoint: z
    .object({
      sequence: z.int().min(1),
      attempt: z.int().min(1),
      ending: z.enum(["succeeded", "succeeded_with_errors"]).nullable(),
    })
    .nullable()
    .default(null),
  /** Who is working on it and until when; null when nobody is. */
  lease: z.object({ worker: z.string(), expiresAt: instant }).nullable(),
  createdAt: instant,
  updatedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});

/** The record of one conversion. Times are RFC 3339 UTC with milliseconds. */
export type Job = z.infer<typeof jobSchema>;

/** Names what a worker can go on from. */
export type CheckpointMark = NonNullable<Job["checkpoint"]>;

/** What a new record is made from. */
export interface NewJob {
  readonly id: string;
  readonly owner: string;
  readonly status: "awaiting_upload" | "queued";
  readonly source: Job["source"];
  readonly upload?: NonNullable<Job["upload"]>;
  readonly callback?: Job["callback"];
  readonly retry?: Job["retry"];
  readonly options: ConvertOptions;
}

/** A job that nobody has begun. */
export function createJob(facts: NewJob, now: Date): Job {
  const createdAt = now.toISOString();
  return {
    ...facts,
    upload: facts.upload ?? null,
    callback: facts.callback ?? null,
    retry: facts.retry ?? null,
    version: 1,
    attempt: 0,
    progress: noProgress(facts.source.size),
    error: null,
    cancelRequested: false,
    checkpoint: null,
    lease: null,
    createdAt,
    updatedAt: createdAt,
    startedAt: null,
    finishedAt: null,
  };
}

/** awaiting_upload → queued: the source has arrived. @throws JobError jobs/transition-invalid */
export function enqueueJob(job: Job, source: Job["source"], now: Date): Job {
  if (job.status !== "awaiting_upload") throw transitionInvalid(job, "queued");
  return changed(job, now, { status: "queued", source, progress: noProgress(source.size) });
}

/** True when a worker may begin: the job is queued, or its worker has let the lease run out. */
export function isClaimable(job: Job, now: Date): boolean {
  if (job.status === "queued") return true;
  return job.status === "running" && (job.lease === null || Date.parse(job.lease.expiresAt) <= now.getTime());
}

/** How many workers have begun since the last one that got further. */
export function attemptsInVain({ attempt, checkpoint }: Job): number {
  return attempt - (checkpoint?.attempt ?? 0);
}

/** queued → running, or the takeover of a job whose worker died. @throws JobError jobs/not-claimable */
export function claimJob(job: Job, claim: { worker: string; leaseMillis: number }, now: Date): Job {
  if (!isClaimable(job, now)) {
    throw new JobError("jobs/not-claimable", `The job is ${job.status} and cannot be begun.`, {
      details: { status: job.status, attempt: job.attempt },
    });
  }
  return changed(job, now, {
    status: "running",
    attempt: job.attempt + 1,
    progress: job.checkpoint === null ? noProgress(job.source.size) : job.progress,
    startedAt: job.startedAt ?? now.toISOString(),
    lease: { worker: claim.worker, expiresAt: after(now, claim.leaseMillis) },
  });
}

/** What a worker tells of a running job. */
export interface JobStep {
  readonly progress: JobProgress;
  /** From now on, how long the lease lasts. */
  readonly leaseMillis: number;
  /** The very version of the source that is being read. */
  readonly source?: Job["source"];
  /** A new one, or null when the old one cannot be gone on from. */
  readonly checkpoint?: Job["checkpoint"];
}

/** Tells how far a running job is and holds its lease for longer. @throws JobError jobs/transition-invalid */
export function advanceJob(job: Job, step: JobStep, now: Date): Job {
  if (job.status !== "running" || job.lease === null) throw transitionInvalid(job, "running");
  const lease = { worker: job.lease.worker, expiresAt: after(now, step.leaseMillis) };
  const { progress, source = job.source, checkpoint = job.checkpoint } = step;
  return changed(job, now, { progress, lease, source, checkpoint });
}

/** running → queued: this attempt ends; the next one goes on from its checkpoint. @throws JobError jobs/transition-invalid */
export function releaseJob(job: Job, now: Date): Job {
  if (job.status !== "running") throw transitionInvalid(job, "queued");
  return changed(job, now, { status: "queued", lease: null });
}

/** How a running job ends. */
export type JobEnding =
  | { readonly status: "succeeded" | "succeeded_with_errors" | "canceled" }
  | { readonly status: "failed"; readonly error: NonNullable<Job["error"]> };

/** running → a terminal state. @throws JobError jobs/transition-invalid */
export function finishJob(job: Job, ending: JobEnding, progress: JobProgress, now: Date): Job {
  if (job.status !== "running") throw transitionInvalid(job, ending.status);
  return changed(job, now, { ...ended(ending, now), progress });
}

/**
 * A person wants the job stopped: at once while nobody works on it and nothing was done yet, else as a request that its
 * worker sees, or the next one.
 * Asked twice, it gives back the very same record: there is nothing to store.
 *
 * @throws JobError jobs/transition-invalid when the job has ended
 */
export function requestCancel(job: Job, now: Date): Job {
  if (isTerminal(job.status)) throw transitionInvalid(job, "canceled");
  if (job.cancelRequested) return job;
  if (job.status === "running" || job.checkpoint !== null) return changed(job, now, { cancelRequested: true });
  return changed(job, now, { ...ended({ status: "canceled" }, now), cancelRequested: true });
}

/** awaiting_upload → expired: the upload never came. @throws JobError jobs/transition-invalid */
export function expireJob(job: Job, now: Date): Job {
  if (job.status !== "awaiting_upload") throw transitionInvalid(job, "expired");
  return changed(job, now, { status: "expired", finishedAt: now.toISOString() });
}

/** How a job ends that nobody works on. */
export type GivingUp = Extract<JobEnding, { readonly status: "failed" }> | { readonly status: "canceled" };

/**
 * queued, running with a lease that is over, or awaiting_upload with an upload that is not what was announced → failed
 * or canceled: the job cannot be finished, or nobody wants it.
 *
 * @throws JobError jobs/transition-invalid for any other job
 */
export function giveUpJob(job: Job, ending: GivingUp, now: Date): Job {
  if (!isClaimable(job, now) && job.status !== "awaiting_upload") throw transitionInvalid(job, ending.status);
  return changed(job, now, ended(ending, now));
}

/** queued → queued: the job is announced once more, and `updatedAt` says when. @throws JobError jobs/transition-invalid */
export function remindOfJob(job: Job, now: Date): Job {
  if (job.status !== "queued") throw transitionInvalid(job, "queued");
  return changed(job, now, {});
}

function ended(ending: JobEnding, now: Date): Partial<Job> {
  const error = ending.status === "failed" ? ending.error : null;
  return { status: ending.status, error, checkpoint: null, lease: null, finishedAt: now.toISOString() };
}

function changed(job: Job, now: Date, change: Partial<Job>): Job {
  return { ...job, ...change, version: job.version + 1, updatedAt: now.toISOString() };
}

function after(now: Date, millis: number): string {
  return new Date(now.getTime() + millis).toISOString();
}

function transitionInvalid(job: Job, wanted: JobStatus): JobError {
  return new JobError("jobs/transition-invalid", `The job is ${job.status}, so it cannot become ${wanted}.`, {
    details: { status: job.status, wanted },
  });
}
