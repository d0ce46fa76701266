import { ApiError, hasCode } from "../../../shared/errors.ts";
import { enqueueJob, type Job } from "../../../shared/job.ts";
import { isTerminal } from "../../../shared/job-status.ts";
import { isAnnouncedSize } from "../../../shared/job-upload.ts";
import type { ObjectFacts, ObjectStore } from "../../../shared/object-store.ts";
import type { ApiDeps } from "../api-deps.ts";
import { mismatch } from "./plan-upload.ts";

/**
 * The bytes of a job are in the store: the job is queued, unless its home has heard of them before and done so itself.
 * Bytes of a job that has ended meanwhile are thrown away.
 *
 * @returns the job as it is now
 * @throws ApiError jobs/not-found, jobs/upload-mismatch
 */
export async function queueUpload(deps: ApiDeps, job: Job, facts: ObjectFacts): Promise<Job> {
  if (!isAnnouncedSize(job.upload, facts.size)) throw mismatch(facts.size, job.upload?.size ?? 0);
  const queued = enqueueJob(job, { ...job.source, size: facts.size, etag: facts.etag }, deps.now());
  const isOurs = await deps.jobs.update(queued);
  const latest = isOurs ? queued : await deps.jobs.get(job.id);
  if (latest === null || (isTerminal(latest.status) && latest.startedAt === null)) {
    await deps.sources.delete(job.source.key);
    if (latest === null) throw new ApiError("jobs/not-found");
    return latest;
  }
  await deps.announce(facts);
  deps.log.info("upload stored", { job: job.id, bytes: facts.size });
  return latest;
}

/** What lies under a key, by listing it: on AWS the API may not look at archives, so it cannot ask for its facts. */
export async function objectAt(sources: ObjectStore, key: string): Promise<ObjectFacts | null> {
  try {
    for await (const facts of sources.list(key)) return facts.key === key ? facts : null;
    return null;
  } catch (error) {
    if (hasCode(error, "stores/key-invalid")) return null;
    throw error;
  }
}
