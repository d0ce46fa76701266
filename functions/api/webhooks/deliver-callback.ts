import { ArchiveError, CallbackError, type ErrorCode, StoreError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/job.ts";
import { type CallbackAttempt, type JobCallback, recordCallbackAttempt } from "../../../shared/job-callback.ts";
import { isTerminal } from "../../../shared/job-status.ts";
import type { JobStore } from "../../../shared/job-store.ts";
import type { Log } from "../../log.ts";
import type { CallbackMessage } from "./callback-message.ts";
import { SIGNATURE_HEADER, signCallback } from "./callback-signature.ts";
import type { PostCallback } from "./post-callback.ts";
import type { CallbackBody } from "./webhook-contract.ts";

export interface CallbackDeliveryDeps {
  /** A store that tells nobody of ends: the attempts are written into records of jobs that have ended. */
  readonly jobs: JobStore;
  readonly secretOf: (owner: string) => Promise<string>;
  readonly post: PostCallback;
  readonly now: () => Date;
  readonly log: Log;
  readonly toolVersion: string;
  /** Told of each callback that will not be tried again. */
  readonly onGivenUp?: () => void;
}

/** What is to be done with the message: it goes, or comes again after some time. */
export type Delivery = { readonly kind: "done" } | { readonly kind: "later"; readonly delayMillis: number };

/** A callback that nobody has taken yet, and its job. */
type CallingJob = Job & { readonly callback: JobCallback };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** After each failed attempt; after one more than these, 8 in all within 9 hours, it is given up. */
const DELAYS_MILLIS = [10 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR] as const;
/** Between the message and the record of the end that it announces. */
const STORING_MILLIS = 2 * MINUTE;
const LOOK_AGAIN_MILLIS = 5 * SECOND;
const GONE = 410;
const MAX_CONFLICTS = 5;
const DONE: Delivery = { kind: "done" };

/**
 * Makes what delivers callbacks: the receiver is told once it has taken the message, at least once, by ids, codes and
 * counts. Each attempt is written into the job's record, which also says when the next one is due: a message that
 * comes twice is no second attempt.
 *
 * @returns rejects with StoreError when the job cannot be read or written
 */
export function createCallbackDelivery(deps: CallbackDeliveryDeps): (message: CallbackMessage) => Promise<Delivery> {
  return async ({ jobId, finishedAt }) => {
    const job = await deps.jobs.get(jobId);
    if (job === null || !isCalling(job)) return DONE;
    // The message is sent before the end is stored, so that none is lost; the end may never come, or another one.
    if (job.finishedAt !== finishedAt)
      return isBeingStored(job, finishedAt, deps.now()) ? later(LOOK_AGAIN_MILLIS) : DONE;
    const early = millisTooEarly(job.callback, deps.now());
    return early > 0 ? later(early) : await attempt(deps, job);
  };
}

function isCalling(job: Job): job is CallingJob {
  return job.callback !== null && job.callback.state === "pending";
}

function isBeingStored({ status }: Job, finishedAt: string, now: Date): boolean {
  return !isTerminal(status) && now.getTime() - Date.parse(finishedAt) < STORING_MILLIS;
}

function millisTooEarly({ attempts }: JobCallback, now: Date): number {
  const last = attempts.at(-1);
  if (last === undefined) return 0;
  return Date.parse(last.at) + delayAfter(attempts.length) - now.getTime();
}

function delayAfter(attempts: number): number {
  return DELAYS_MILLIS[Math.min(attempts, DELAYS_MILLIS.length) - 1] ?? 0;
}

async function attempt(deps: CallbackDeliveryDeps, job: CallingJob): Promise<Delivery> {
  const at = deps.now();
  const { httpStatus, errorCode } = await call(deps, job, at);
  const made = job.callback.attempts.length + 1;
  const isLast = made > DELAYS_MILLIS.length || httpStatus === GONE;
  const state = errorCode === null ? "delivered" : isLast ? "given_up" : "pending";
  deps.log.info("callback tried", { job: job.id, attempt: made, httpStatus: httpStatus ?? 0, state });
  if (state === "given_up") deps.onGivenUp?.();
  await record(deps, job, { at: at.toISOString(), httpStatus, errorCode }, state);
  return state === "pending" ? later(delayAfter(made)) : DONE;
}

async function call(
  { secretOf, post, toolVersion }: CallbackDeliveryDeps,
  job: CallingJob,
  at: Date,
): Promise<{ httpStatus: number | null; errorCode: ErrorCode | null }> {
  const message = toBody(job);
  const body = JSON.stringify(message);
  const headers = {
    "content-type": "application/json",
    "user-agent": `hu01/${toolVersion}`,
    "hu01-delivery": message.id,
    [SIGNATURE_HEADER]: signCallback(await secretOf(job.owner), body, at),
  };
  try {
    const httpStatus = await post({ url: job.callback.url, body, headers });
    return { httpStatus, errorCode: httpStatus >= 200 && httpStatus < 300 ? null : "callbacks/not-taken" };
  } catch (error) {
    if (error instanceof CallbackError) return { httpStatus: null, errorCode: error.code };
    throw error;
  }
}

function toBody({ id, status, attempt, progress, error, createdAt, startedAt, finishedAt }: Job): CallbackBody {
  const errorCode = error?.code ?? null;
  const job = { id, status, attempt, progress, errorCode, createdAt, startedAt, finishedAt };
  return { id: `${id}@${finishedAt}`, type: "job.ended", job };
}

/** Somebody else may have changed the record meanwhile, or begun the job again: then its callback is another one. */
async function record(
  { jobs, now }: CallbackDeliveryDeps,
  told: CallingJob,
  made: CallbackAttempt,
  state: JobCallback["state"],
): Promise<void> {
  let job: Job | null = told;
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    if (job === null || !isCalling(job) || job.finishedAt !== told.finishedAt) return;
    if (await jobs.update(recordCallbackAttempt(job, made, state, now()))) return;
    job = await jobs.get(told.id);
  }
  throw new StoreError("stores/conflict");
}

function later(delayMillis: number): Delivery {
  return { kind: "later", delayMillis };
}

/** How a failed delivery is told in a log. */
export function deliveryFault(error: unknown): string {
  if (error instanceof ArchiveError) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
