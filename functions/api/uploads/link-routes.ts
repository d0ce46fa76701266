import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { ApiError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/job.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { formatEntityTag } from "../http/entity-tag.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import {
  alreadyUploaded,
  badRequest,
  forbidden,
  notFound,
  serverProblems,
  unprocessable,
} from "../problems/problem-responses.ts";
import { isUploadJob } from "./await-upload.ts";
import { objectAt, queueUpload } from "./queue-upload.ts";
import { declaredLength, receiveBody } from "./receive-body.ts";
import { linkQuerySchema } from "./upload-contract.ts";
import type { UploadJob, UploadSlot, UploadTargets } from "./upload-targets.ts";

const linkRoute = createRoute({
  method: "put",
  path: "/v1/jobs/{id}/upload",
  summary: "Send a file, or a part of one, to a link of the service",
  description:
    "The link is given by POST /v1/jobs or GET …/upload and proves by itself that it may be used. A part that broke " +
    "off, or was wrong, is sent once more. On AWS these links lead to S3 instead, which answers likewise.",
  security: [],
  request: {
    params: jobParamsSchema,
    query: linkQuerySchema,
    body: { required: true, content: { "*/*": { schema: z.string().openapi({ format: "binary" }) } } },
  },
  responses: {
    200: { description: "The bytes are stored; ETag names them." },
    400: badRequest,
    403: forbidden,
    404: notFound,
    412: alreadyUploaded,
    422: unprocessable,
    ...serverProblems,
  },
});

/** What the links of the service lead to, for homes whose store takes no requests itself. */
export function addLinkRoutes(app: ApiApp, deps: ApiDeps): void {
  const { slotOf, receive } = deps.uploads;
  if (slotOf === undefined || receive === undefined) return;

  app.openapi(linkRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { part = null, expires, signature } = c.req.valid("query");
    const slot = await slotOf({ jobId: id, part, expires, signature }, deps.now());
    if (slot === null) throw new ApiError("api/upload-link-invalid");
    const job = await findAwaited(deps, id);
    const declaredBytes = declaredLength(c.req.header("content-length"));
    const content = receiveBody(c.req.raw.body ?? [], declaredBytes);
    const etag = await takeIn(deps, job, { slot, content, signal: c.req.raw.signal }, receive);
    return c.body(null, 200, { etag: formatEntityTag(etag) });
  });
}

/** As S3 answers to a link that may not replace an object. @throws ApiError jobs/not-found, api/already-uploaded */
async function findAwaited({ jobs }: ApiDeps, id: string): Promise<UploadJob> {
  const job = await jobs.get(id);
  if (job === null || !isUploadJob(job)) throw new ApiError("jobs/not-found");
  if (job.status === "awaiting_upload") return job;
  if (job.source.etag === null) throw linkEnded(job);
  throw new ApiError("api/already-uploaded", `The job is ${job.status}.`);
}

async function takeIn(
  deps: ApiDeps,
  job: UploadJob,
  sent: { slot: UploadSlot; content: AsyncIterable<Uint8Array>; signal: AbortSignal },
  receive: NonNullable<UploadTargets["receive"]>,
): Promise<string> {
  if (sent.slot.part !== null) return (await receive(job, sent)).etag;
  const facts = (await objectAt(deps.sources, job.source.key)) ?? (await receive(job, sent));
  const latest = await queueUpload(deps, job, facts);
  if (latest.source.etag === null) throw linkEnded(latest);
  return facts.etag;
}

function linkEnded({ status }: Job): ApiError {
  return new ApiError("api/upload-link-invalid", `The job is ${status} and waits for no file.`);
}
