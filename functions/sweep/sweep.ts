import { ArchiveError, hasCode } from "../../shared/errors.ts";
import type { Job } from "../../shared/job.ts";
import type { JobStatus } from "../../shared/job-status.ts";
import type { JobStore } from "../../shared/job-store.ts";
import type { ObjectFacts, ObjectStore } from "../../shared/object-store.ts";
import type { Log } from "../log.ts";
import { judgeJob, needsLook, type Policy, type Verdict } from "./judge-job.ts";

export interface SweepDeps {
  readonly jobs: JobStore;
  readonly sources: ObjectStore;
  /** Tells the converter of jobs that are queued. */
  readonly announce: (jobIds: readonly string[]) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
  readonly policy: Policy;
}

/** What a sweep did: jobs looked at and, by verdict, changed. */
export type SweepCounts = Record<Exclude<Verdict["kind"], "left"> | "seen" | "overtaken" | "faults", number> & {
  /** False when the time was over before all jobs had been looked at; the next sweep goes on with what is left. */
  isComplete: boolean;
};

/** Looks once at every job that has not ended, until the signal is given. Never rejects because of one job. */
export type Sweep = (signal: AbortSignal) => Promise<SweepCounts>;

const UNFINISHED: readonly JobStatus[] = ["running", "queued", "awaiting_upload"];
const PAGE_SIZE = 50;

/**
 * Makes the sweep that brings every job to an end in time: what a dead worker held is released or, after too many
 * of them, failed; what no message speaks of any more is announced again; what was never uploaded expires. Running it
 * twice, or twice at once, changes no job twice: each change counts on the version that was looked at.
 */
export function createSweep(deps: SweepDeps): Sweep {
  return async (signal) => {
    const counts = noCounts();
    for (const status of UNFINISHED) {
      for await (const jobs of pagesOf(deps.jobs, status)) {
        if (signal.aborted) return report(deps, counts);
        await sweepPage(deps, jobs, counts);
      }
    }
    counts.isComplete = true;
    return report(deps, counts);
  };
}

async function* pagesOf(jobs: JobStore, status: JobStatus): AsyncGenerator<readonly Job[]> {
  let cursor: string | null = null;
  do {
    const after: { cursor?: string } = cursor === null ? {} : { cursor };
    const page = await jobs.list({ owner: null, status, limit: PAGE_SIZE, ...after });
    yield page.jobs;
    cursor = page.cursor;
  } while (cursor !== null);
}

async function sweepPage(deps: SweepDeps, jobs: readonly Job[], counts: SweepCounts): Promise<void> {
  const announced = await Promise.all(jobs.map((job) => sweepJob(deps, job, counts)));
  const jobIds = announced.filter((id) => id !== null);
  try {
    if (jobIds.length > 0) await deps.announce(jobIds);
  } catch (error) {
    // They stay queued, so a later sweep announces them.
    counts.faults += jobIds.length;
    deps.log.error("jobs not announced", { jobs: jobIds.length, code: codeOf(error) });
  }
}

/** @returns the id of a job that is to be announced, else null */
async function sweepJob(deps: SweepDeps, job: Job, counts: SweepCounts): Promise<string | null> {
  counts.seen += 1;
  try {
    const now = deps.now();
    const source = needsLook(job, deps.policy, now) ? await lookAt(deps.sources, job) : "unseen";
    const verdict = judgeJob(job, source, deps.policy, now);
    if (verdict.kind === "left") return null;
    if (!(await deps.jobs.update(verdict.job))) {
      counts.overtaken += 1;
      return null;
    }
    counts[verdict.kind] += 1;
    deps.log.info("job swept", { job: job.id, verdict: verdict.kind, attempt: job.attempt });
    return verdict.job.status === "queued" ? job.id : null;
  } catch (error) {
    counts.faults += 1;
    deps.log.error("job not swept", { job: job.id, code: codeOf(error) });
    return null;
  }
}

/** A key that the store cannot have is one under which nothing will ever be. */
async function lookAt(sources: ObjectStore, { source }: Job): Promise<ObjectFacts | null> {
  try {
    return await sources.head(source.key);
  } catch (error) {
    if (hasCode(error, "stores/key-invalid")) return null;
    throw error;
  }
}

function report({ log }: SweepDeps, counts: SweepCounts): SweepCounts {
  log.info("sweep ended", counts);
  return counts;
}

function noCounts(): SweepCounts {
  const verdicts = { released: 0, reminded: 0, enqueued: 0, expired: 0, failed: 0, canceled: 0 };
  return { ...verdicts, seen: 0, overtaken: 0, faults: 0, isComplete: false };
}

function codeOf(error: unknown): string {
  if (error instanceof ArchiveError) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
