import { ApiError } from "../../../shared/errors.ts";
import { isTerminal, JOB_STATUSES } from "../../../shared/job-status.ts";
import type { JobStore } from "../../../shared/job-store.ts";

const ACTIVE = JOB_STATUSES.filter((status) => !isTerminal(status));

/**
 * The same store; it makes no job for an owner of whom so many wait for their upload, wait for a worker, or run.
 * Requests at the same moment count each other only once they are stored, so a burst may go a little beyond.
 *
 * @returns its `create` throws ApiError api/too-many-jobs too
 */
export function limitActiveJobs(jobs: JobStore, maxActiveJobs: number): JobStore {
  return {
    get: (id) => jobs.get(id),
    update: (job) => jobs.update(job),
    list: (query) => jobs.list(query),
    delete: (id) => jobs.delete(id),
    create: async (job) => {
      const active = await countActive(jobs, job.owner, maxActiveJobs);
      // One that is there already is not made again, so it is none too many.
      if (active < maxActiveJobs || (await jobs.get(job.id)) !== null) return await jobs.create(job);
      const message = `This owner has ${active} jobs that wait or run, and may have ${maxActiveJobs}.`;
      throw new ApiError("api/too-many-jobs", message, { details: { maxActiveJobs } });
    },
  };
}

/** Counts no further than to `enough`. */
async function countActive(jobs: JobStore, owner: string, enough: number): Promise<number> {
  let count = 0;
  for (const status of ACTIVE) {
    let cursor: string | null | undefined;
    do {
      const page = await jobs.list({ owner, status, limit: enough - count, ...(cursor ? { cursor } : {}) });
      count += page.jobs.length;
      cursor = page.cursor;
    } while (cursor !== null && count < enough);
    if (count >= enough) break;
  }
  return count;
}
