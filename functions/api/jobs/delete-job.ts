import { ApiError, hasCode, StoreError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/job.ts";
import { isTerminal } from "../../../shared/job-status.ts";
import { clearFolder } from "../../clear-folder.ts";
import type { ApiDeps } from "../api-deps.ts";
import type { UploadJob } from "../uploads/upload-targets.ts";
import { cancelJob } from "./cancel-job.ts";

/** The most that a timer can count. */
const FOR_EVER_MILLIS = 2 ** 31 - 1;

/**
 * Deletes a job: its results, its source with every version of it, and at last its record; broken off, it can be begun
 * again. A source that another job had first is left to that one.
 *
 * @returns false when the time was over before everything was gone; then the record is still there
 * @throws ApiError jobs/not-ended for a job that somebody works on; StoreError
 */
export async function deleteJob(deps: ApiDeps, found: Job): Promise<boolean> {
  const job = await endWaiting(deps, found);
  const signal = AbortSignal.timeout(deps.answerMillis ?? FOR_EVER_MILLIS);
  if (!(await clearResults(deps, job, signal))) return false;
  await deleteSource(deps, job);
  await deps.jobs.delete(job.id);
  deps.log.info("job deleted", { job: job.id });
  return true;
}

/** Whoever waits need not be canceled first. */
async function endWaiting(deps: ApiDeps, found: Job): Promise<Job> {
  const job = found.status === "queued" || found.status === "awaiting_upload" ? await cancelJob(deps, found) : found;
  if (isTerminal(job.status)) return job;
  throw new ApiError("jobs/not-ended", `The job is ${job.status}; cancel it, and delete it once it has ended.`);
}

async function clearResults({ results }: ApiDeps, { id }: Job, signal: AbortSignal): Promise<boolean> {
  try {
    const { kept } = await clearFolder(results, `${id}/`, signal);
    if (kept === 0) return true;
    throw new StoreError("stores/write-failed", `${kept} files of the job could not be deleted.`, {
      details: { kept },
    });
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

async function deleteSource({ jobs, sources, uploads }: ApiDeps, job: Job): Promise<void> {
  if (job.upload?.multipart) await uploads.abort(job as UploadJob);
  if (job.retry !== null && (await jobs.get(job.retry.root)) !== null) return;
  const { key, etag } = job.source;
  // In the drop folder others may have put something else under the same name.
  const which = key.startsWith("uploads/") || etag === null ? {} : { etag };
  try {
    await sources.delete(key, { everyVersion: true, ...which });
  } catch (error) {
    // What no store can have is nowhere.
    if (!hasCode(error, "stores/key-invalid")) throw error;
  }
}
