import { type ArchiveError, hasCode, JobError, StoreError } from "../../shared/errors.ts";
import {
  advanceJob,
  attemptsInVain,
  type CheckpointMark,
  finishJob,
  type Job,
  type JobStep,
  releaseJob,
} from "../../shared/job.ts";
import { furthestProgress, type JobProgress, noProgress } from "../../shared/job-progress.ts";
import { isTerminal } from "../../shared/job-status.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import type { ObjectFacts } from "../../shared/object-store.ts";
import { mayPass, retrying } from "../retrying.ts";
import { DEFAULT_PACE } from "./checkpoint-pace.ts";
import { Conversion } from "./conversion.ts";
import { faultFacts, toFault, tooManyRuns } from "./fault.ts";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import { HeldJob } from "./held-job.ts";
import { JobFolder } from "./job-folder.ts";
import { Journal, WORK_FOLDER } from "./journal.ts";
import type { RunJobDeps } from "./run-job-deps.ts";

/**
 * Runs one job from claim to finished record, or as far as it comes. A job goes on where an earlier run left it.
 *
 * @param signal ends the run at once; what it did since its last checkpoint will be done again
 * @param onProgress told of the record each time it is stored
 * @param windDown asks the run to finish what it has begun and to leave the rest to another one
 * @returns the record as it ended; after `windDown`, and with `maxAttempts`, it may be queued again
 * @throws JobError jobs/not-found, jobs/not-claimable, jobs/lease-lost: another worker has it
 * @throws StoreError when the job store fails again and again, so that no record can be left
 */
export type RunJob = (
  jobId: string,
  signal: AbortSignal,
  onProgress?: (job: Job) => void,
  windDown?: AbortSignal,
) => Promise<Job>;

const DEFAULT_LEASE_MILLIS = 60_000;
const BEAT_MILLIS = 1_000;
/** Less than a lease and less than the margin of a deadline. */
const CLEARING_MILLIS = 10_000;
/** Runs of one job, whatever they achieve: a day of the longest runs on AWS. Stops a job that goes on for ever. */
const MAX_RUNS = 100;
const NEVER = new AbortController().signal;

/** Makes the program that runs jobs. */
export function createRunJob(deps: RunJobDeps): RunJob {
  return async (jobId, signal, onProgress = () => undefined, windDown = NEVER) => {
    const { worker, leaseMillis = DEFAULT_LEASE_MILLIS, now } = deps;
    const held = await HeldJob.claim(deps.jobs, jobId, { worker, leaseMillis, now });
    deps.log.info("job begun", { job: jobId, attempt: held.job.attempt });
    onProgress(held.job);
    const job = await new JobRun({ ...deps, leaseMillis, windDown, onProgress }, held, signal).toEnd();
    deps.log.info("job ended", { job: jobId, status: job.status, attempt: job.attempt });
    onProgress(job);
    return job;
  };
}

type Ending = "succeeded" | "succeeded_with_errors";

interface JobRunDeps extends RunJobDeps {
  readonly leaseMillis: number;
  readonly windDown: AbortSignal;
  readonly onProgress: (job: Job) => void;
}

/** One attempt at a held job. */
class JobRun {
  readonly #deps: JobRunDeps;
  readonly #held: HeldJob;
  readonly #folder: JobFolder;
  readonly #stopped = new AbortController();
  readonly #signal: AbortSignal;
  /** What earlier runs have told of. */
  #before: JobProgress;
  #conversion: Conversion | null = null;

  constructor(deps: JobRunDeps, held: HeldJob, signal: AbortSignal) {
    this.#deps = deps;
    this.#held = held;
    this.#folder = new JobFolder(deps, held.job.id);
    this.#before = held.job.progress;
    this.#signal = AbortSignal.any([signal, this.#stopped.signal]);
  }

  async toEnd(): Promise<Job> {
    const heartbeat = startHeartbeat(BEAT_MILLIS, () => this.#beat());
    try {
      if (this.#held.job.cancelRequested) throw new JobError("jobs/aborted");
      if (this.#held.job.attempt > MAX_RUNS) throw tooManyRuns(MAX_RUNS);
      const ending = this.#held.job.checkpoint?.ending ?? (await this.#convert());
      if (ending === "paused") return await this.#pause(heartbeat);
      if (this.#held.job.checkpoint !== null) await this.#tidyUp(this.#held.job.checkpoint, ending);
      return await this.#succeed(ending, heartbeat);
    } catch (error) {
      await heartbeat.stop();
      return await this.#fail(toFault(error, this.#signal));
    }
  }

  get #progress(): JobProgress {
    return this.#conversion === null ? this.#before : furthestProgress(this.#before, this.#conversion.progress);
  }

  /** What an earlier attempt left may be of another version of the tool: without a checkpoint of ours it goes. */
  async #openJournal(): Promise<Journal> {
    const { id, attempt, checkpoint, source } = this.#held.job;
    const { results, toolVersion } = this.#deps;
    const commit = async (mark: CheckpointMark) => {
      this.#signal.throwIfAborted();
      await this.#advance({ checkpoint: mark });
    };
    const journal = await Journal.open(
      { results, folder: this.#folder.prefix, attempt, toolVersion, commit },
      checkpoint,
    );
    if (journal.state !== null) {
      this.#deps.log.info("job continued", { job: id, attempt, sequence: checkpoint?.sequence ?? 0 });
    } else if (attempt > 1) {
      this.#before = noProgress(source.size);
      if (checkpoint !== null) await this.#advance({ checkpoint: null });
      await this.#folder.clear(this.#signal);
    }
    return journal;
  }

  async #convert(): Promise<Ending | "paused"> {
    const journal = await this.#openJournal();
    const { limits = DEFAULT_LIMITS, writeConcurrency = 16, checkpointPace: pace = DEFAULT_PACE } = this.#deps;
    const { sources, results, blockDecoder, toolVersion, windDown } = this.#deps;
    const { options, upload, retry } = this.#held.job;
    const announcedSha256 = upload?.sha256 ?? null;
    const place = {
      sources,
      results,
      source: await this.#pinSource(),
      announcedSha256,
      folder: this.#folder.prefix,
      journal,
    };
    const heeded = { signal: this.#signal, windDown, limits, writeConcurrency, blockDecoder, pace };
    this.#conversion = new Conversion({ ...place, ...heeded, options, only: retry?.only ?? null, toolVersion });
    const end = await this.#conversion.run();
    if (end.kind === "paused") return "paused";
    return end.hasErrors ? "succeeded_with_errors" : "succeeded";
  }

  /** From here on the job is about this one version of the source, for every later attempt too. */
  async #pinSource(): Promise<ObjectFacts> {
    this.#signal.throwIfAborted();
    const { key, filename, etag } = this.#held.job.source;
    const facts = await retrying(() => this.#deps.sources.head(key));
    if (facts === null) throw new StoreError("stores/not-found", "The source is not there.");
    if (etag !== null && etag !== facts.etag) throw new StoreError("stores/source-changed");
    this.#before = { ...this.#before, bytesTotal: facts.size };
    await this.#advance({ source: { key, filename, size: facts.size, etag: facts.etag } });
    return facts;
  }

  /** The results are complete, and that counts before what led there goes: whoever comes next has only this to do. */
  async #tidyUp(checkpoint: CheckpointMark, ending: Ending): Promise<void> {
    if (checkpoint.ending === null) await this.#advance({ checkpoint: { ...checkpoint, ending } });
    await this.#folder.clear(this.#signal, WORK_FOLDER);
  }

  async #succeed(status: Ending, heartbeat: Heartbeat): Promise<Job> {
    await heartbeat.stop();
    const job = await this.#held.save((held, now) =>
      held.cancelRequested ? held : finishJob(held, { status }, this.#progress, now),
    );
    if (!isTerminal(job.status)) throw new JobError("jobs/aborted");
    return job;
  }

  /** @throws JobError jobs/out-of-time when this run got no further, jobs/too-many-runs */
  async #pause(heartbeat: Heartbeat): Promise<Job> {
    await heartbeat.stop();
    if (attemptsInVain(this.#held.job) > 0) throw new JobError("jobs/out-of-time");
    if (this.#held.job.attempt >= MAX_RUNS) throw tooManyRuns(MAX_RUNS);
    await this.#advance({});
    return await this.#held.save((job, now) => releaseJob(job, now));
  }

  async #fail(fault: ArchiveError): Promise<Job> {
    this.#deps.log.error("job fault", { job: this.#held.job.id, ...faultFacts(fault) });
    // Whoever no longer holds the job ends here, and does not delete what the next one writes.
    await this.#advance({});
    const { code, message, details } = fault;
    const goesOn = mayPass(fault) && this.#held.isTriedAgain(this.#deps.maxAttempts ?? 1, MAX_RUNS);
    if (!goesOn || this.#held.job.checkpoint === null) {
      const signal = AbortSignal.timeout(CLEARING_MILLIS);
      await this.#leave(signal).catch(() => this.#deps.log.error("results left behind", { job: this.#held.job.id }));
    }
    return await this.#held.save((job, now) => {
      if (job.cancelRequested) return finishJob(job, { status: "canceled" }, this.#progress, now);
      if (goesOn) return releaseJob(job, now);
      return finishJob(job, { status: "failed", error: { code, message, details } }, this.#progress, now);
    });
  }

  /** A person who cancels a job keeps what it has finished; a job that fails leaves nothing. */
  async #leave(signal: AbortSignal): Promise<void> {
    const { job } = this.#held;
    if (!job.cancelRequested) return await this.#folder.clear(signal);
    const finished = this.#conversion === null ? await this.#folder.finishedBefore(job) : this.#conversion.finished;
    await this.#folder.keep(finished, signal);
  }

  async #beat(): Promise<void> {
    try {
      await this.#advance({});
      if (this.#held.job.cancelRequested) this.#stopped.abort(new JobError("jobs/aborted"));
    } catch (error) {
      // A store that is silent for a moment is no reason to stop while the lease lasts.
      if (!hasCode(error, "jobs/lease-lost") && this.#held.leaseLasts) return;
      this.#stopped.abort(new JobError("jobs/lease-lost", undefined, { cause: error }));
    }
  }

  async #advance(step: Partial<JobStep>): Promise<void> {
    const { leaseMillis, onProgress } = this.#deps;
    const full = { progress: this.#progress, leaseMillis, ...step };
    onProgress(await this.#held.save((job, now) => advanceJob(job, full, now)));
  }
}
