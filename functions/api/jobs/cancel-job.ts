import { ApiError } from "../../../shared/errors.ts";
import { type Job, requestCancel } from "../../../shared/job.ts";
import type { ApiDeps } from "../api-deps.ts";

const MAX_CONFLICTS = 5;

/**
 * Asks for a job to be stopped. The worker changes the record too, so the request is put into whatever it has become.
 *
 * @returns the record as stored: canceled, or about to be
 * @throws JobError jobs/transition-invalid when the job has ended; ApiError jobs/not-found, stores/conflict
 */
export async function cancelJob({ jobs, now, log }: Pick<ApiDeps, "jobs" | "now" | "log">, found: Job): Promise<Job> {
  let job: Job | null = found;
  for (let conflicts = 0; conflicts < MAX_CONFLICTS && job !== null; conflicts += 1) {
    const asked: Job = requestCancel(job, now());
    if (asked === job || (await jobs.update(asked))) {
      log.info("cancel requested", { job: asked.id, status: asked.status });
      return asked;
    }
    job = await jobs.get(found.id);
  }
  throw job === null ? new ApiError("jobs/not-found") : new ApiError("stores/conflict");
}
