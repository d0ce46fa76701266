import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import { ApiError } from "../../../shared/errors.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";
import type { ApiApp, ApiDeps, ApiEnv } from "../api-deps.ts";
import { parseDispositionFilename } from "../http/content-disposition.ts";
import { idempotencyHeaders } from "../http/idempotency-contract.ts";
import { documented, isJson, readJson } from "../http/optional-json.ts";
import { jobViewSchema, toJobView } from "../jobs/job-contract.ts";
import {
  badRequest,
  conflict,
  payloadTooLarge,
  serverProblems,
  unprocessable,
  unsupportedMediaType,
} from "../problems/problem-responses.ts";
import { acceptCallback } from "../webhooks/accept-callback.ts";
import { awaitUpload, viewUpload } from "./await-upload.ts";
import { addAwaitedUploadRoutes, originOf } from "./awaited-upload-routes.ts";
import { estimateSchema } from "./estimate-contract.ts";
import { ESTIMATE_ARITHMETIC, estimateSize, estimateSurvey } from "./estimate-work.ts";
import { addLinkRoutes } from "./link-routes.ts";
import { declaredLength, receiveBody } from "./receive-body.ts";
import { storeUpload } from "./store-upload.ts";
import { surveyBytes } from "./survey-bytes.ts";
import {
  awaitingJobSchema,
  JSON_FORM_QUERY,
  type NewUpload,
  newUploadSchema,
  uploadQuerySchema,
} from "./upload-contract.ts";

const uploadRoute = createRoute({
  method: "post",
  path: "/v1/jobs",
  summary: "Convert an archive: its bytes are the body, or are sent later",
  description:
    "With any other Content-Type than application/json the body is the archive itself, of any size that the service " +
    "takes; its name comes from ?filename= or from Content-Disposition. With application/json the body describes an " +
    "archive that is sent to links: with one PUT up to 100 MB, else in parts of 16 MiB or more that may be sent in any order " +
    "and again. A link is good for 15 minutes, for one key, and for that very size and SHA-256 where they were given. " +
    "An upload whose size was not given comes in parts, whose sum counts once it is completed. " +
    `With dryRun=true: ${ESTIMATE_ARITHMETIC}`,
  request: {
    query: uploadQuerySchema,
    headers: idempotencyHeaders,
    body: {
      content: {
        "*/*": { schema: z.string().openapi({ format: "binary" }) },
        "application/json": {
          schema: documented(newUploadSchema),
          example: { filename: "mail.hu01", size: 250_000_000, options: { pack: "zip" } },
        },
      },
    },
  },
  middleware: [readJson(newUploadSchema)] as const,
  responses: {
    200: {
      description: "What would be done; nothing was created.",
      content: { "application/json": { schema: estimateSchema } },
    },
    201: {
      description: "The job waits for its archive; upload says where that goes. Location leads to the job.",
      content: { "application/json": { schema: awaitingJobSchema } },
    },
    202: {
      description: "The archive is stored and its job queued. Location leads to the job.",
      content: { "application/json": { schema: jobViewSchema } },
    },
    400: badRequest,
    409: conflict,
    413: payloadTooLarge,
    415: unsupportedMediaType,
    422: unprocessable,
    ...serverProblems,
  },
});

/** Forms that wrap the file in something else, which would be stored in its place. */
const WRAPPED_FORMS = ["multipart/form-data"];

/** Taking archives in. */
export function addUploadRoutes(app: ApiApp, deps: ApiDeps) {
  addLinkRoutes(app, deps);
  addAwaitedUploadRoutes(app, deps);
  return app.openapi(uploadRoute, async (c) => {
    const { filename, dryRun, callbackUrl, ...options } = c.req.valid("query");
    const { owner } = deps.principalOf(c.env);
    const reservation = c.get("reservation");
    if (isJson(c)) {
      refuseOtherQuery(c);
      // What readJson has made of it.
      const request = c.req.valid("json") as NewUpload;
      if (dryRun) return c.json(estimateSize(request.size ?? null, request.options ?? DEFAULT_OPTIONS), 200);
      const job = await awaitUpload(deps, { owner, request, reservation });
      const view = toJobView(job);
      const upload = await viewUpload(deps, job, { origin: originOf(c.req.url), from: 1, received: [] });
      return c.json({ ...view, upload }, 201, { location: view.links.self, "cache-control": "private, no-store" });
    }
    refuseWrappedBody(c.req.header("content-type"), c.req.header("content-encoding"));
    const declaredBytes = declaredLength(c.req.header("content-length"));
    const content = receiveBody(c.req.raw.body ?? [], declaredBytes, deps.bodyLimit);
    if (dryRun) return c.json(estimateSurvey(await surveyBytes(content, options.carve), options), 200);
    const job = await storeUpload(deps, {
      owner,
      filename: filename ?? parseDispositionFilename(c.req.header("content-disposition") ?? "") ?? "",
      options,
      callback: acceptCallback(deps, callbackUrl),
      content,
      signal: c.req.raw.signal,
      reservation,
    });
    const view = toJobView(job);
    return c.json(view, 202, { location: view.links.self, "retry-after": "1" });
  });
}

/** An option that stands where nobody looks would be lost without a word. */
function refuseOtherQuery(c: Context<ApiEnv>): void {
  const other = Object.keys(c.req.query()).filter((name) => !JSON_FORM_QUERY.has(name));
  if (other.length === 0) return;
  throw new ApiError("api/request-invalid", `With a JSON body, ${other.join(", ")} belongs into the body's options.`);
}

function refuseWrappedBody(contentType = "", contentEncoding = "identity"): void {
  const mediaType = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  const wrapping = WRAPPED_FORMS.includes(mediaType) ? mediaType : contentEncoding.trim().toLowerCase();
  if (wrapping === "identity") return;
  throw new ApiError("api/media-type-unsupported", "The body is not the file itself but wraps or encodes it.");
}
