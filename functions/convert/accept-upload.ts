import { StoreError } from "../../shared/errors.ts";
import { createJob, enqueueJob, giveUpJob, type Job } from "../../shared/job.ts";
import { isTerminal } from "../../shared/job-status.ts";
import type { JobStore } from "../../shared/job-store.ts";
import { describeSizeMismatch, isAnnouncedSize } from "../../shared/job-upload.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { retrying } from "../retrying.ts";
import { type CreatedObject, type IgnoreReason, toJobId } from "./s3-event.ts";

export interface AcceptDeps {
  readonly sources: ObjectStore;
  readonly jobs: JobStore;
  readonly now: () => Date;
  readonly owner: string;
  readonly sourceBucket?: string;
}

/** The job that an upload belongs to, or why there is none to run. */
export type Acceptance =
  | { readonly kind: "job"; readonly jobId: string }
  | { readonly kind: "ignored"; readonly reason: IgnoreReason | AcceptReason };

type AcceptReason = "other-bucket" | "job-unknown" | "job-ended" | "not-its-source" | "superseded" | "not-as-announced";

const MAX_CONFLICTS = 5;
/** Uploads through the API: the job's record is older than its object. */
const UPLOAD_KEY = /^uploads\/([^/]+)\//;

/**
 * Finds or makes the job of an object that has arrived; it is then at least queued.
 *
 * @throws StoreError when a store fails again and again
 */
export async function acceptUpload(deps: AcceptDeps, object: CreatedObject): Promise<Acceptance> {
  if (deps.sourceBucket !== undefined && object.bucket !== deps.sourceBucket) return ignored("other-bucket");
  const ownJobId = UPLOAD_KEY.exec(object.key)?.[1];
  return ownJobId === undefined ? await createFor(deps, object) : await findFor(deps, object, ownJobId);
}

async function createFor({ jobs, owner, now }: AcceptDeps, object: CreatedObject): Promise<Acceptance> {
  const id = toJobId(object);
  const filename = object.key.slice(object.key.lastIndexOf("/") + 1);
  const source = { key: object.key, filename, size: object.size, etag: object.etag };
  const job = createJob({ id, owner, status: "queued", source, options: DEFAULT_OPTIONS }, now());
  await retrying(() => jobs.create(job));
  return { kind: "job", jobId: id };
}

/** A job that is not there is not made up: it may have been deleted, and its upload belongs to nobody else. */
async function findFor(deps: AcceptDeps, object: CreatedObject, jobId: string): Promise<Acceptance> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const job = await retrying(() => deps.jobs.get(jobId));
    if (job === null) return ignored("job-unknown");
    if (job.source.key !== object.key) return ignored("not-its-source");
    if (isTerminal(job.status)) return ignored("job-ended");
    if (job.status !== "awaiting_upload") return { kind: "job", jobId };
    if (await isSuperseded(deps, object)) return ignored("superseded");
    const isAnnounced = isAnnouncedSize(job.upload, object.size);
    if (!(await (isAnnounced ? enqueue(deps, job, object) : refuse(deps, job, object)))) continue;
    return isAnnounced ? { kind: "job", jobId } : ignored("not-as-announced");
  }
  throw new StoreError("stores/conflict");
}

/** Uploaded once more before this event came: the event of the newer upload begins the job. */
async function isSuperseded({ sources }: AcceptDeps, { key, etag }: CreatedObject): Promise<boolean> {
  if (etag === null) return false;
  const facts = await retrying(() => sources.head(key));
  return facts !== null && facts.etag !== etag;
}

async function enqueue({ jobs, now }: AcceptDeps, job: Job, { size, etag }: CreatedObject): Promise<boolean> {
  const queued = enqueueJob(job, { ...job.source, size, etag }, now());
  return await retrying(() => jobs.update(queued));
}

/** Other bytes than were announced are not converted; the store that took them in had to refuse them. */
async function refuse({ jobs, now }: AcceptDeps, job: Job, { size }: CreatedObject): Promise<boolean> {
  const details = { bytes: size ?? 0, announced: job.upload?.size ?? 0 };
  const error = { code: "jobs/upload-mismatch", message: describeSizeMismatch(job.upload, size), details };
  const failed = giveUpJob(job, { status: "failed", error }, now());
  return await retrying(() => jobs.update(failed));
}

function ignored(reason: IgnoreReason | AcceptReason): Acceptance {
  return { kind: "ignored", reason };
}
