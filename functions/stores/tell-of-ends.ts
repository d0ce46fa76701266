import { isDeepStrictEqual } from "node:util";
import type { Job } from "../../shared/job.ts";
import { isTerminal } from "../../shared/job-status.ts";
import type { JobStore } from "../../shared/job-store.ts";

/**
 * The same store; besides, it tells of each record that reaches its end, once the end is stored. A process that dies
 * between the two tells nothing, and what the listener throws is thrown: it has to keep its own faults to itself.
 *
 * @param onEnd what it returns is waited for before the update is answered
 */
export function tellOfEnds(jobs: JobStore, onEnd: (job: Job) => void | Promise<void>): JobStore {
  return {
    create: (job) => jobs.create(job),
    get: (id) => jobs.get(id),
    list: (query) => jobs.list(query),
    delete: (id) => jobs.delete(id),
    update: async (job) => {
      const isStored = await jobs.update(job);
      if (isTerminal(job.status) && (isStored || (await isThere(jobs, job)))) await onEnd(job);
      return isStored;
    },
  };
}

/** An update whose answer was lost is refused when it is tried again, although the record is there. */
async function isThere(jobs: JobStore, job: Job): Promise<boolean> {
  return isDeepStrictEqual(await jobs.get(job.id), job);
}
