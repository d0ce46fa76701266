import type { Job } from "../../shared/job.ts";
import { isTerminal } from "../../shared/job-status.ts";
import type { JobStore } from "../../shared/job-store.ts";

/**
 * The same store; besides, it tells of each record that is about to be stored as ended, and stores it once that is
 * done. So nobody misses an end because the process died between the two; but some are told of that never come, and
 * some twice.
 *
 * @param onEnding what it throws is thrown, and nothing is stored
 */
export function tellBeforeEnds(jobs: JobStore, onEnding: (job: Job) => void | Promise<void>): JobStore {
  return {
    create: (job) => jobs.create(job),
    get: (id) => jobs.get(id),
    list: (query) => jobs.list(query),
    delete: (id) => jobs.delete(id),
    update: async (job) => {
      if (isTerminal(job.status)) await onEnding(job);
      return await jobs.update(job);
    },
  };
}
