import type { Job } from "../../shared/job.ts";
import type { JobStore } from "../../shared/job-store.ts";
import type { Limits } from "../../shared/limits.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import type { Log } from "../log.ts";

/** What a conversion needs of the world. */
export interface RunJobDeps {
  readonly sources: ObjectStore;
  readonly results: ObjectStore;
  readonly jobs: JobStore;
  readonly now: () => Date;
  /** Names this process in the lease. */
  readonly worker: string;
  readonly log: Log;
  readonly limits?: Limits;
  readonly leaseMillis?: number;
  readonly writeConcurrency?: number;
  readonly toolVersion: string;
}

/** Runs one job from claim to finished record. */
export type RunJob = (jobId: string, signal: AbortSignal, onProgress?: (job: Job) => void) => Promise<Job>;

/** Makes the program that runs jobs. */
export function createRunJob(_deps: RunJobDeps): RunJob {
  throw new Error("not written yet");
}
