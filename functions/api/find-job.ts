import { ApiError } from "../../shared/errors.ts";
import type { Job } from "../../shared/job.ts";
import type { ApiDeps } from "./api-deps.ts";

/**
 * A job of that owner. Somebody else's job is as absent as one that never was.
 *
 * @throws ApiError jobs/not-found
 */
export async function findJob({ jobs }: Pick<ApiDeps, "jobs">, owner: string, id: string): Promise<Job> {
  const job = await jobs.get(id);
  if (job === null || job.owner !== owner) throw new ApiError("jobs/not-found");
  return job;
}
