import type { Job, JobStatus } from "./job.ts";

export interface JobPage {
  readonly jobs: readonly Job[];
  /** Pass it on to get the next page; null at the end. Opaque. */
  readonly cursor: string | null;
}

export interface JobQuery {
  readonly owner: string;
  readonly status?: JobStatus;
  readonly limit: number;
  readonly cursor?: string;
}

/** Seam 2: where job records live. Single-record conditional writes only. Every method throws `StoreError`. */
export interface JobStore {
  /** Stores a new record; false (and no change) when the id exists. */
  create(job: Job): Promise<boolean>;
  get(id: string): Promise<Job | null>;
  /** Replaces the record if its version is still `job.version - 1`; false (and no change) otherwise. */
  update(job: Job): Promise<boolean>;
  /** An owner's jobs, newest first. @throws api/request-invalid for a cursor that is not of this store */
  list(query: JobQuery): Promise<JobPage>;
}
