import { ArchiveError, hasCode, JobError, StoreError } from "../../shared/errors.ts";
import type { BlockDecoder } from "../../shared/hu01/decode-ahead.ts";
import { advanceJob, finishJob, isTerminal, type Job, type JobProgress, releaseJob } from "../../shared/job.ts";
import type { JobStore } from "../../shared/job-store.ts";
import { DEFAULT_LIMITS, type Limits } from "../../shared/limits.ts";
import type { ObjectFacts, ObjectStore } from "../../shared/object-store.ts";
import type { Log } from "../log.ts";
import { clearFolder } from "./clear-folder.ts";
import { Conversion } from "./conversion.ts";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import { HeldJob } from "./held-job.ts";
import { mayPass, retrying } from "./retrying.ts";

/** What a conversion needs of the world. */
export interface RunJobDeps {
  readonly sources: ObjectStore;
  /** Results of a job go under `{jobId}/`. */
  readonly results: ObjectStore;
  readonly jobs: JobStore;
  readonly now: () => Date;
  /** Names this process in the lease. */
  readonly worker: string;
  readonly log: Log;
  readonly limits?: Limits;
  /** How long a job stays with a worker that gives no sign of life. Default one minute. */
  readonly leaseMillis?: number;
  /** Files written at the same time. Default 16. */
  readonly writeConcurrency?: number;
  /** Threads that decode large archives. Default: none beside the one that calls. */
  readonly blockDecoder?: BlockDecoder;
  readonly toolVersion: string;
  /**
   * How often a job is begun before a passing fault fails it; until then it goes back to the queue. For homes whose
   * queue delivers again. Default 1: every run ends the job.
   */
  readonly maxAttempts?: number;
}

/**
 * Runs one job from claim to finished record.
 *
 * @param onProgress told of the record each time it is stored
 * @returns the record as it ended; only with `maxAttempts` it may be queued again
 * @throws JobError jobs/not-found, jobs/not-claimable, jobs/lease-lost: another worker has it
 * @throws StoreError when the job store fails again and again, so that no record can be left
 */
export type RunJob = (jobId: string, signal: AbortSignal, onProgress?: (job: Job) => void) => Promise<Job>;

const DEFAULT_LEASE_MILLIS = 60_000;
const BEAT_MILLIS = 1_000;
/** Less than a lease and less than the margin of a deadline. */
const CLEARING_MILLIS = 10_000;

/** Makes the program that runs jobs. */
export function createRunJob(deps: RunJobDeps): RunJob {
  return async (jobId, signal, onProgress = () => undefined) => {
    const { worker, leaseMillis = DEFAULT_LEASE_MILLIS, now } = deps;
    const held = await HeldJob.claim(deps.jobs, jobId, { worker, leaseMillis, now });
    deps.log.info("job begun", { job: jobId, attempt: held.job.attempt });
    onProgress(held.job);
    const job = await new JobRun({ ...deps, leaseMillis }, held, signal, onProgress).toEnd();
    deps.log.info("job ended", { job: jobId, status: job.status, attempt: job.attempt });
    onProgress(job);
    return job;
  };
}

/** One attempt at a held job. */
class JobRun {
  readonly #deps: RunJobDeps & { readonly leaseMillis: number };
  readonly #held: HeldJob;
  readonly #stopped = new AbortController();
  readonly #signal: AbortSignal;
  readonly #onProgress: (job: Job) => void;
  #conversion: Conversion | null = null;

  constructor(
    deps: RunJobDeps & { readonly leaseMillis: number },
    held: HeldJob,
    signal: AbortSignal,
    onProgress: (job: Job) => void,
  ) {
    this.#deps = deps;
    this.#held = held;
    this.#signal = AbortSignal.any([signal, this.#stopped.signal]);
    this.#onProgress = onProgress;
  }

  async toEnd(): Promise<Job> {
    const heartbeat = startHeartbeat(BEAT_MILLIS, () => this.#beat());
    try {
      return await this.#succeed(await this.#convert(), heartbeat);
    } catch (error) {
      await heartbeat.stop();
      return await this.#fail(this.#causeOf(error));
    }
  }

  get #folder(): string {
    return `${this.#held.job.id}/`;
  }

  get #progress(): JobProgress {
    return this.#conversion?.progress ?? this.#held.job.progress;
  }

  async #convert(): Promise<{ readonly hasErrors: boolean }> {
    // What an earlier attempt left may be of another version of the tool.
    if (this.#held.job.attempt > 1) await this.#clear();
    const { options } = this.#held.job;
    const { limits = DEFAULT_LIMITS, writeConcurrency = 16, sources, results, blockDecoder, toolVersion } = this.#deps;
    const [source, folder, signal] = [await this.#pinSource(), this.#folder, this.#signal];
    const place = { sources, results, source, folder };
    this.#conversion = new Conversion({
      ...place,
      options,
      limits,
      toolVersion,
      writeConcurrency,
      blockDecoder,
      signal,
    });
    return await this.#conversion.run();
  }

  /** From here on the job is about this one version of the source, for every later attempt too. */
  async #pinSource(): Promise<ObjectFacts> {
    this.#signal.throwIfAborted();
    const { key, filename, etag } = this.#held.job.source;
    const facts = await retrying(() => this.#deps.sources.head(key));
    if (facts === null) throw new StoreError("stores/not-found", "The source is not there.");
    if (etag !== null && etag !== facts.etag) throw new StoreError("stores/source-changed");
    const source = { key, filename, size: facts.size, etag: facts.etag };
    const progress = { ...this.#held.job.progress, bytesTotal: facts.size };
    await this.#advance(progress, source);
    return facts;
  }

  async #succeed({ hasErrors }: { readonly hasErrors: boolean }, heartbeat: Heartbeat): Promise<Job> {
    await heartbeat.stop();
    const status = hasErrors ? "succeeded_with_errors" : "succeeded";
    const job = await this.#held.save((held, now) =>
      held.cancelRequested ? held : finishJob(held, { status }, this.#progress, now),
    );
    if (!isTerminal(job.status)) throw new JobError("jobs/aborted");
    return job;
  }

  async #fail(fault: ArchiveError): Promise<Job> {
    this.#logFault(fault);
    // Whoever no longer holds the job ends here, and does not delete what the next one writes.
    await this.#advance(this.#progress);
    await this.#clear().catch(() => this.#deps.log.error("results left behind", { job: this.#held.job.id }));
    const { code, message, details } = fault;
    return await this.#held.save((job, now) => {
      if (job.cancelRequested) return finishJob(job, { status: "canceled" }, this.#progress, now);
      if (mayPass(fault) && job.attempt < (this.#deps.maxAttempts ?? 1)) return releaseJob(job, now);
      return finishJob(job, { status: "failed", error: { code, message, details } }, this.#progress, now);
    });
  }

  async #clear(): Promise<void> {
    const { deleted, kept } = await clearFolder(this.#deps.results, this.#folder, AbortSignal.timeout(CLEARING_MILLIS));
    if (kept > 0) this.#deps.log.error("results left behind", { job: this.#held.job.id, deleted, kept });
  }

  async #beat(): Promise<void> {
    try {
      await this.#advance(this.#progress);
      if (this.#held.job.cancelRequested) this.#stopped.abort(new JobError("jobs/aborted"));
    } catch (error) {
      // A store that is silent for a moment is no reason to stop while the lease lasts.
      if (!hasCode(error, "jobs/lease-lost") && this.#leaseLasts()) return;
      this.#stopped.abort(new JobError("jobs/lease-lost", undefined, { cause: error }));
    }
  }

  async #advance(progress: JobProgress, source?: Job["source"]): Promise<void> {
    const { leaseMillis } = this.#deps;
    const step = { progress, leaseMillis, ...(source === undefined ? {} : { source }) };
    this.#onProgress(await this.#held.save((job, now) => advanceJob(job, step, now)));
  }

  #leaseLasts(): boolean {
    const { lease } = this.#held.job;
    return lease !== null && Date.parse(lease.expiresAt) > this.#deps.now().getTime();
  }

  /** Once stopped, whatever fails does so because of that. */
  #causeOf(error: unknown): ArchiveError {
    const cause: unknown = this.#signal.aborted ? this.#signal.reason : error;
    if (cause instanceof ArchiveError) return cause;
    return new JobError(this.#signal.aborted ? "jobs/aborted" : "jobs/internal", undefined, { cause });
  }

  /** Of an unforeseen error only its class and its place: its message may quote the mail. */
  #logFault(fault: ArchiveError): void {
    const { code, cause } = fault;
    const facts = { job: this.#held.job.id, code, ...(code === "jobs/internal" ? placeOf(cause) : {}) };
    this.#deps.log.error("job fault", facts);
  }
}

function placeOf(error: unknown): { name: string; place: string } {
  if (!(error instanceof Error)) return { name: typeof error, place: "unknown" };
  const place = error.stack
    ?.split("\n")
    .find((line) => line.startsWith("    at "))
    ?.trim();
  return { name: error.name, place: place ?? "unknown" };
}
