import { ApiError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/job.ts";
import { isTerminal } from "../../../shared/job-status.ts";
import type { ApiDeps, Principal } from "../api-deps.ts";
import { findJob } from "../jobs/find-job.ts";

/**
 * A job that a principal may see and whose result changes no more.
 *
 * @throws ApiError jobs/not-found, jobs/not-ended
 */
export async function findEndedJob(deps: Pick<ApiDeps, "jobs">, principal: Principal, id: string): Promise<Job> {
  const job = await findJob(deps, principal, id);
  if (isTerminal(job.status)) return job;
  throw new ApiError("jobs/not-ended", `The job is ${job.status}, so its result is not complete.`);
}
