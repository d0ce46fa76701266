import type { Job } from "../../shared/job.ts";
import type { JobStore } from "../../shared/job-store.ts";

/** The same store; besides, it tells of each record that it has stored. The listener must not throw. */
export function tellOfChanges(jobs: JobStore, onChange: (job: Job) => void): JobStore {
  const told = async (job: Job, isStored: Promise<boolean>): Promise<boolean> => {
    if (await isStored) onChange(job);
    return await isStored;
  };
  return {
    create: (job) => told(job, jobs.create(job)),
    get: (id) => jobs.get(id),
    list: (query) => jobs.list(query),
    delete: (id) => jobs.delete(id),
    update: (job) => told(job, jobs.update(job)),
  };
}
