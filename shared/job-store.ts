import type { Job } from "./job.ts";
import type { JobStatus } from "./job-status.ts";

export interface JobPage {
  readonly jobs: readonly Job[];
  /** Pass it on to get the next page; null at the end. Opaque. */
  readonly cursor: string | null;
}

/** Which jobs: one owner's, of one state or of all; or everybody's (sweeps, administrators), of one state. */
export type JobSelection =
  | { readonly owner: string; readonly status?: JobStatus }
  | { readonly owner: null; readonly status: JobStatus };

export type JobQuery = JobSelection & {
  /** Jobs of one page at most, from 1. */
  readonly limit: number;
  readonly cursor?: string;
};

/** Seam 2: where job records live. Single-record conditional writes only. Every method throws `StoreError`. */
export interface JobStore {
  /** Stores a new record; false (and no change) when the id exists. */
  create(job: Job): Promise<boolean>;
  get(id: string): Promise<Job | null>;
  /** Replaces the record if its version is still `job.version - 1`; false (and no change) otherwise. */
  update(job: Job): Promise<boolean>;
  /**
   * The selected jobs, newest first. A home may show here a second later what `get` shows at once: who acts on a
   * listed record must rely on the version check of `update`.
   *
   * @throws api/request-invalid for a cursor that is not of this store
   */
  list(query: JobQuery): Promise<JobPage>;
  /** Removes a record, whatever its version; nothing happens when there is none. */
  delete(id: string): Promise<void>;
}
