import { ApiError } from "../../../shared/errors.ts";
import { createJob, type Job, requestCancel } from "../../../shared/job.ts";
import type { JobUpload } from "../../../shared/job-upload.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";
import type { ApiDeps } from "../api-deps.ts";
import type { Reservation } from "../http/idempotency.ts";
import { acceptCallback } from "../webhooks/accept-callback.ts";
import { partAfter, planUpload, slotsFrom } from "./plan-upload.ts";
import { newSource } from "./store-upload.ts";
import type { NewUpload, UploadView } from "./upload-contract.ts";
import type { ArrivedPart, UploadJob } from "./upload-targets.ts";

/** As long as a link to somebody else's store may be good for at most. */
const LINK_SECONDS = 900;

/** Who sends what, and under which id when the request may come again. */
export interface AwaitedUpload {
  readonly owner: string;
  readonly request: NewUpload;
  readonly reservation: Reservation | undefined;
}

/**
 * Makes a job that waits for its file.
 *
 * @throws ApiError api/payload-too-large
 */
export async function awaitUpload(deps: ApiDeps, { owner, request, reservation }: AwaitedUpload): Promise<UploadJob> {
  const { size = null, filename, options = DEFAULT_OPTIONS } = request;
  const plan = planUpload(size);
  const callback = acceptCallback(deps, request.callbackUrl);
  const earlier = reservation === undefined ? null : await deps.jobs.get(reservation.id);
  if (earlier !== null && isUploadJob(earlier) && earlier.status === "awaiting_upload") return earlier;
  const id = (earlier === null ? reservation?.id : await reservation?.renew()) ?? deps.newId();
  const source = newSource(id, filename, size);
  const now = deps.now();
  const upload: JobUpload = {
    size,
    sha256: request.sha256?.toLowerCase() ?? null,
    multipart: plan.partBytes === null ? null : { id: await deps.uploads.begin(source.key), partBytes: plan.partBytes },
    expiresAt: new Date(now.getTime() + plan.lifeMillis).toISOString(),
  };
  const job = {
    ...createJob({ id, owner, status: "awaiting_upload", source, upload, options, ...callback }, now),
    upload,
  };
  if (!(await deps.jobs.create(job))) throw new ApiError("stores/conflict");
  deps.log.info("upload awaited", { job: id, bytes: size ?? 0 });
  return job;
}

/** Where the file of a job is to be sent, from a part on; parts that have come need no link. */
export async function viewUpload(
  { uploads, now: clock }: ApiDeps,
  job: UploadJob,
  { origin, from, received }: { origin: string; from: number; received: readonly ArrivedPart[] },
): Promise<UploadView> {
  const now = clock();
  const terms = { now, seconds: LINK_SECONDS, origin };
  const common = {
    headers: { ...uploads.headersOf(job) },
    expiresAt: new Date(now.getTime() + LINK_SECONDS * 1000).toISOString(),
    givenUpAt: job.upload.expiresAt,
  };
  const { multipart, size } = job.upload;
  if (multipart === null) {
    return { mode: "single", url: await uploads.linkTo(job, { part: null, bytes: size }, terms), ...common };
  }
  const slots = slotsFrom(job.upload, from);
  const isThere = new Set(received.map(({ part }) => part));
  const parts: NonNullable<UploadView["parts"]> = [];
  for (const slot of slots) {
    if (slot.part === null || isThere.has(slot.part)) continue;
    parts.push({ part: slot.part, bytes: slot.bytes, url: await uploads.linkTo(job, slot, terms) });
  }
  const nextPart = partAfter(job.upload, slots);
  return { mode: "multipart", partBytes: multipart.partBytes, parts, nextPart, ...common };
}

/**
 * Ends an upload that nobody wants any more: the job is canceled, and what has come of the file is removed.
 *
 * @throws JobError jobs/transition-invalid when the file is complete; StoreError stores/conflict
 */
export async function abortUpload(deps: ApiDeps, job: UploadJob): Promise<Job> {
  checkAwaited(job, "canceled");
  const canceled = requestCancel(job, deps.now());
  if (!(await deps.jobs.update(canceled))) throw new ApiError("stores/conflict");
  await deps.uploads.abort(job);
  await deps.sources.delete(job.source.key);
  deps.log.info("upload aborted", { job: job.id });
  return canceled;
}

/** True for a job whose file comes, or came, in requests of its own. */
export function isUploadJob(job: Job): job is UploadJob {
  return job.upload !== null;
}

/** @throws ApiError jobs/transition-invalid for a job that does not wait for its file any more */
export function checkAwaited({ status }: Job, wanted: string): void {
  if (status === "awaiting_upload") return;
  const message = `The job is ${status} and waits for no file, so it cannot become ${wanted}.`;
  throw new ApiError("jobs/transition-invalid", message, { details: { status, wanted } });
}
