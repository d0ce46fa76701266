import * as z from "zod";
import type { Job } from "./job.ts";

/** Attempts that a record remembers, and so the most that are made. */
const MAX_ATTEMPTS_KEPT = 20;

const attemptSchema = z.object({
  at: z.iso.datetime(),
  /** What the receiver answered with; null when there was no answer. */
  httpStatus: z.int().min(100).max(599).nullable(),
  /** Why it did not count as delivered: a code of the table of errors, else null. */
  errorCode: z.string().nullable(),
});

export const jobCallbackSchema = z.object({
  /** Who is told that the job has ended. */
  url: z.string().min(1).max(2048),
  /** `pending` until the receiver has taken the news, or will not be tried again. */
  state: z.enum(["pending", "delivered", "given_up"]),
  attempts: z.array(attemptSchema).max(MAX_ATTEMPTS_KEPT),
});

/** Whom a job tells of its end, and how far that is. */
export type JobCallback = z.infer<typeof jobCallbackSchema>;

/** One try to tell it. */
export type CallbackAttempt = z.infer<typeof attemptSchema>;

/** A callback that nothing has been told yet; also what becomes of one when its job begins again. */
export function newCallback(url: string): JobCallback {
  return { url, state: "pending", attempts: [] };
}

/** The record after one more try. It says nothing of the job itself, so its state may be a terminal one. */
export function recordCallbackAttempt(
  job: Job & { readonly callback: JobCallback },
  attempt: CallbackAttempt,
  state: JobCallback["state"],
  now: Date,
): Job {
  const attempts = [...job.callback.attempts, attempt].slice(-MAX_ATTEMPTS_KEPT);
  return {
    ...job,
    callback: { ...job.callback, state, attempts },
    version: job.version + 1,
    updatedAt: now.toISOString(),
  };
}
