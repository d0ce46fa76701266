import { createJob, expireJob, type Job, type NewJob } from "../../../shared/job.ts";
import { isTerminal } from "../../../shared/job-status.ts";
import type { ApiDeps } from "../api-deps.ts";
import type { Reservation } from "../http/idempotency.ts";
import { queueUpload } from "./queue-upload.ts";
import { waitForFirstBytes } from "./receive-body.ts";
import { displayName, keyName } from "./upload-name.ts";

/** An archive that comes as the body of a request. */
export interface BodyUpload {
  readonly owner: string;
  readonly filename: string;
  readonly options: Job["options"];
  readonly callback: Pick<NewJob, "callback">;
  readonly content: AsyncGenerator<Uint8Array>;
  readonly signal: AbortSignal;
  /** The id that the job is to have, when the request may come again. */
  readonly reservation: Reservation | undefined;
}

/**
 * Record first, object second: whoever hears of the object finds its job. A body without bytes gets neither, and
 * one that breaks off leaves an expired job and no object. When an earlier attempt of the same request has made the job,
 * this one goes on with that.
 */
export async function storeUpload(deps: ApiDeps, upload: BodyUpload): Promise<Job> {
  const content = await waitForFirstBytes(upload.content);
  const { job, isOurs } = await makeJob(deps, upload);
  if (!isOurs && job.status !== "awaiting_upload") return job;
  try {
    const facts = await deps.sources.write(job.source.key, content, { signal: upload.signal });
    return await queueUpload(deps, job, facts);
  } catch (error) {
    await discardUpload(deps, job);
    throw error;
  }
}

/** The source of a job of that id whose file has that name. */
export function newSource(id: string, filename: string, size: number | null): Job["source"] {
  return { key: `uploads/${id}/${keyName(filename)}`, filename: displayName(filename), size, etag: null };
}

async function makeJob(
  deps: ApiDeps,
  { owner, filename, options, callback, reservation }: BodyUpload,
): Promise<{ job: Job; isOurs: boolean }> {
  let id = reservation?.id ?? deps.newId();
  for (;;) {
    const source = newSource(id, filename, null);
    const job = createJob({ id, owner, status: "awaiting_upload", source, options, ...callback }, deps.now());
    if (await deps.jobs.create(job)) return { job, isOurs: true };
    const earlier = await deps.jobs.get(id);
    if (earlier !== null && !hasNeverBegun(earlier)) return { job: earlier, isOurs: false };
    id = (await reservation?.renew()) ?? deps.newId();
  }
}

/** Ended because its bytes never came: a new attempt needs a new job. */
function hasNeverBegun({ status, startedAt }: Job): boolean {
  return isTerminal(status) && startedAt === null;
}

/** As far as the stores allow; an awaiting job that stays is expired by its home. A job that is queued stays. */
async function discardUpload({ jobs, sources, now, log }: ApiDeps, job: Job): Promise<void> {
  const [expired] = await Promise.allSettled([jobs.update(expireJob(job, now()))]);
  if (expired.status === "fulfilled" && !expired.value) return;
  const [deleted] = await Promise.allSettled([sources.delete(job.source.key)]);
  const isDone = expired.status === "fulfilled" && deleted.status === "fulfilled";
  log.info("upload discarded", { job: job.id, complete: isDone });
}
