import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { ApiError } from "../../../shared/errors.ts";
import { createJob, enqueueJob, expireJob, type Job } from "../../../shared/job.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { parseDispositionFilename } from "../http/content-disposition.ts";
import { findJob } from "../jobs/find-job.ts";
import { jobViewSchema, toJobView } from "../jobs/job-contract.ts";
import { badRequest, payloadTooLarge, serverProblems, unsupportedMediaType } from "../problems/problem-responses.ts";
import { receiveBody, waitForFirstBytes } from "./receive-body.ts";
import { uploadQuerySchema } from "./upload-contract.ts";
import { displayName, keyName } from "./upload-name.ts";

const uploadRoute = createRoute({
  method: "post",
  path: "/v1/jobs",
  summary: "Convert an archive: its bytes are the body",
  description: "The name comes from ?filename= or from Content-Disposition. Bodies of any size are taken.",
  request: {
    query: uploadQuerySchema,
    body: { required: true, content: { "*/*": { schema: z.string().openapi({ format: "binary" }) } } },
  },
  responses: {
    202: {
      description: "The archive is stored and its job queued. Location leads to the job.",
      content: { "application/json": { schema: jobViewSchema } },
    },
    400: badRequest,
    413: payloadTooLarge,
    415: unsupportedMediaType,
    ...serverProblems,
  },
});

/** Forms that wrap the file in something else, which would be stored in its place. */
const WRAPPED_FORMS = ["multipart/form-data", "application/json"];

/** Taking archives in. */
export function addUploadRoutes(app: ApiApp, deps: ApiDeps) {
  return app.openapi(uploadRoute, async (c) => {
    refuseWrappedBody(c.req.header("content-type"), c.req.header("content-encoding"));
    const { filename, ...options } = c.req.valid("query");
    const declaredBytes = declaredLength(c.req.header("content-length"));
    const content = receiveBody(c.req.raw.body ?? [], declaredBytes, deps.bodyLimit);
    const job = await storeUpload(deps, {
      owner: deps.principalOf(c.env).owner,
      filename: filename ?? parseDispositionFilename(c.req.header("content-disposition") ?? "") ?? "",
      options,
      content,
      signal: c.req.raw.signal,
    });
    const view = toJobView(job);
    return c.json(view, 202, { location: view.links.self, "retry-after": "1" });
  });
}

interface Upload {
  readonly owner: string;
  readonly filename: string;
  readonly options: Job["options"];
  readonly content: AsyncGenerator<Uint8Array>;
  readonly signal: AbortSignal;
}

/**
 * Record first, object second: whoever hears of the object finds its job. A body without bytes gets neither, and
 * one that breaks off leaves an expired job and no object.
 */
async function storeUpload(deps: ApiDeps, { owner, filename, options, content, signal }: Upload): Promise<Job> {
  const arriving = await waitForFirstBytes(content);
  const id = deps.newId();
  const key = `uploads/${id}/${keyName(filename)}`;
  const source = { key, filename: displayName(filename), size: null, etag: null };
  const job = createJob({ id, owner, status: "awaiting_upload", source, options }, deps.now());
  await deps.jobs.create(job);
  const { facts, queued } = await storeContent(deps, job, arriving, signal);
  await deps.announce(facts);
  deps.log.info("upload stored", { job: id, bytes: facts.size });
  return queued;
}

async function storeContent(deps: ApiDeps, job: Job, content: AsyncIterable<Uint8Array>, signal: AbortSignal) {
  const { jobs, sources, now } = deps;
  try {
    const facts = await sources.write(job.source.key, content, { signal });
    const queued = enqueueJob(job, { ...job.source, size: facts.size, etag: facts.etag }, now());
    // False: the home has heard of the object already and has queued the job itself.
    const isOurs = await jobs.update(queued);
    return { facts, queued: isOurs ? queued : await findJob(deps, { owner: job.owner, isAdmin: false }, job.id) };
  } catch (error) {
    await discardUpload(deps, job);
    throw error;
  }
}

/** As far as the stores allow; an awaiting job that stays is expired by its home. */
async function discardUpload({ jobs, sources, now, log }: ApiDeps, job: Job): Promise<void> {
  const results = await Promise.allSettled([sources.delete(job.source.key), jobs.update(expireJob(job, now()))]);
  const isDone = results.every(({ status }) => status === "fulfilled");
  log.info("upload discarded", { job: job.id, complete: isDone });
}

function refuseWrappedBody(contentType = "", contentEncoding = "identity"): void {
  const mediaType = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  const wrapping = WRAPPED_FORMS.includes(mediaType) ? mediaType : contentEncoding.trim().toLowerCase();
  if (wrapping === "identity") return;
  throw new ApiError("api/media-type-unsupported", "The body is not the file itself but wraps or encodes it.");
}

function declaredLength(contentLength: string | undefined): number | null {
  return contentLength === undefined ? null : Number(contentLength);
}
