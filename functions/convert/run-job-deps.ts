import type { BlockDecoder } from "../../shared/hu01/decode-ahead.ts";
import type { JobStore } from "../../shared/job-store.ts";
import type { Limits } from "../../shared/limits.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import type { Log } from "../log.ts";
import type { CheckpointPace } from "./checkpoint-pace.ts";

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
  /** How often a job that takes long keeps how far it is. Default: `DEFAULT_PACE`. */
  readonly checkpointPace?: CheckpointPace;
  /**
   * How often in a row a job is begun and gets no further before a passing fault fails it; until then it goes back to
   * the queue. For homes whose queue delivers again. Default 1: every run ends the job.
   */
  readonly maxAttempts?: number;
}
