import { createRoute } from "@hono/zod-openapi";
import { ApiError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/job.ts";
import type { ApiApp, ApiDeps, Principal } from "../api-deps.ts";
import { idempotencyHeaders } from "../http/idempotency-contract.ts";
import { findJob } from "../jobs/find-job.ts";
import { jobParamsSchema, jobViewSchema, toJobView } from "../jobs/job-contract.ts";
import {
  badRequest,
  conflict,
  notFound,
  payloadTooLarge,
  serverProblems,
  unprocessable,
} from "../problems/problem-responses.ts";
import { abortUpload, checkAwaited, isUploadJob, viewUpload } from "./await-upload.ts";
import { checkParts, mismatch } from "./plan-upload.ts";
import { objectAt, queueUpload } from "./queue-upload.ts";
import { completionSchema, uploadStateQuerySchema, uploadStateSchema } from "./upload-contract.ts";
import type { ArrivedPart, UploadJob } from "./upload-targets.ts";

const path = "/v1/jobs/{id}/upload";

const stateRoute = createRoute({
  method: "get",
  path,
  summary: "What has come of a file, and new links for the rest",
  description: "For uploads that take longer than their links, and to go on with one that broke off.",
  request: { params: jobParamsSchema, query: uploadStateQuerySchema },
  responses: {
    200: {
      description: "The parts that have come, and links for up to 64 of those that have not.",
      content: { "application/json": { schema: uploadStateSchema } },
    },
    400: badRequest,
    404: notFound,
    409: conflict,
    ...serverProblems,
  },
});

const completeRoute = createRoute({
  method: "post",
  path: `${path}/complete`,
  summary: "Say that a file has been sent",
  description:
    "The size is compared with the announced one, and parts become one file. Needed for parts only: a file of one " +
    "request queues its job by itself, and doing it all the same does no harm. Neither does doing it twice.",
  request: {
    params: jobParamsSchema,
    headers: idempotencyHeaders,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: completionSchema,
          example: { parts: [{ part: 1, etag: '"9b2cf535f27731c974343645a3985328"' }] },
        },
      },
    },
  },
  responses: {
    202: { description: "The job is queued.", content: { "application/json": { schema: jobViewSchema } } },
    400: badRequest,
    404: notFound,
    409: conflict,
    413: payloadTooLarge,
    422: unprocessable,
    ...serverProblems,
  },
});

const abortRoute = createRoute({
  method: "delete",
  path,
  summary: "Give an upload up",
  description: "The job ends canceled, and what has come of its file is removed.",
  request: { params: jobParamsSchema },
  responses: {
    200: { description: "The job, canceled.", content: { "application/json": { schema: jobViewSchema } } },
    404: notFound,
    409: conflict,
    ...serverProblems,
  },
});

/** Following, completing and giving up uploads that come in requests of their own. */
export function addAwaitedUploadRoutes(app: ApiApp, deps: ApiDeps) {
  return app
    .openapi(stateRoute, async (c) => {
      const job = await findUpload(deps, deps.principalOf(c.env), c.req.valid("param").id);
      checkAwaited(job, "sent");
      const received = await deps.uploads.arrived(job);
      const { from } = c.req.valid("query");
      c.header("cache-control", "private, no-store");
      const view = await viewUpload(deps, job, { origin: originOf(c.req.url), from, received });
      return c.json({ ...view, received: [...received] }, 200);
    })
    .openapi(completeRoute, async (c) => {
      const job = await findUpload(deps, deps.principalOf(c.env), c.req.valid("param").id);
      const { parts } = c.req.valid("json");
      const queued = await completeUpload(deps, job, parts, c.req.raw.signal);
      return c.json(toJobView(queued), 202);
    })
    .openapi(abortRoute, async (c) => {
      const job = await findUpload(deps, deps.principalOf(c.env), c.req.valid("param").id);
      return c.json(toJobView(await abortUpload(deps, job)), 200);
    });
}

/** Scheme and host under which the client reached the service. */
export function originOf(url: string): string {
  return new URL(url).origin;
}

async function findUpload(deps: ApiDeps, principal: Principal, id: string): Promise<UploadJob> {
  const job = await findJob(deps, principal, id);
  if (!isUploadJob(job)) throw new ApiError("jobs/transition-invalid", "The job has no upload of its own.");
  return job;
}

/** Sums first, then the joining: what is not what was announced never becomes an object. */
async function completeUpload(
  deps: ApiDeps,
  job: UploadJob,
  named: readonly Pick<ArrivedPart, "part" | "etag">[],
  signal: AbortSignal,
): Promise<Job> {
  if (job.status !== "awaiting_upload" && hasItsFile(job)) return job;
  checkAwaited(job, "queued");
  // It is there already when an earlier request joined the parts and died, or when there are none to join.
  const facts = await objectAt(deps.sources, job.source.key);
  if (facts !== null) return await queueUpload(deps, job, facts);
  if (job.upload.multipart === null) throw new ApiError("api/upload-incomplete", "The file has not been sent yet.");
  const parts = checkParts(job.upload, named, await deps.uploads.arrived(job));
  const joined = await deps.uploads.complete(job, parts, signal);
  if (job.upload.size !== null && joined.size !== job.upload.size) throw mismatch(joined.size, job.upload.size);
  return await queueUpload(deps, job, joined);
}

/** Whatever became of it later. */
function hasItsFile({ source, status }: Job): boolean {
  return source.etag !== null || status === "queued" || status === "running";
}
