import type { Job } from "../../../shared/job.ts";
import { isTerminal, type JobStatus } from "../../../shared/job-status.ts";
import { toJobView } from "../jobs/job-contract.ts";

/** One server-sent event; `id` is the version of the record that it tells of. */
export interface JobEvent {
  readonly event: "state" | "progress" | "done";
  readonly id: string;
  /** JSON on one line. */
  readonly data: string;
}

/**
 * The events of a job's records: one for each, ids always greater than the one before and than `lastVersion`. `state`
 * carries the whole job, when its state is another one or the client may not know it; `progress` carries the counts;
 * `done` carries the whole job and is the last.
 *
 * @param lastVersion what the client has seen already; 0 for nothing
 */
export async function* toJobEvents(records: AsyncIterable<Job>, lastVersion: number): AsyncGenerator<JobEvent> {
  let version = lastVersion;
  let status: JobStatus | null = null;
  for await (const job of records) {
    if (job.version <= version) continue;
    version = job.version;
    const id = String(version);
    if (isTerminal(job.status)) {
      yield { event: "done", id, data: JSON.stringify(toJobView(job)) };
      return;
    }
    if (job.status === status) yield { event: "progress", id, data: JSON.stringify(job.progress) };
    else yield { event: "state", id, data: JSON.stringify(toJobView(job)) };
    status = job.status;
  }
}
