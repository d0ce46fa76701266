import { ApiError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/job.ts";
import type { ApiDeps, Principal } from "../api-deps.ts";

/**
 * A job that a principal may see. Somebody else's job is as absent as one that never was.
 *
 * @throws ApiError jobs/not-found
 */
export async function findJob({ jobs }: Pick<ApiDeps, "jobs">, principal: Principal, id: string): Promise<Job> {
  const job = await jobs.get(id);
  if (job === null || !(principal.isAdmin || job.owner === principal.owner)) throw new ApiError("jobs/not-found");
  return job;
}
