import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { ApiError } from "../../shared/errors.ts";
import { createJob, type Job } from "../../shared/job.ts";
import type { ApiApp, ApiDeps } from "./api-deps.ts";
import { parseDispositionFilename } from "./content-disposition.ts";
import { jobViewSchema, toJobView, uploadQuerySchema } from "./contract.ts";
import { badRequest, serverProblems, unsupportedMediaType } from "./problem-responses.ts";
import { receiveBody } from "./receive-body.ts";
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
    415: unsupportedMediaType,
    ...serverProblems,
  },
});

/** Forms that wrap the file in something else, which would be stored in its place. */
const WRAPPED_FORMS = ["multipart/form-data", "application/json"];

/** Taking archives in. */
export function addUploadRoutes(app: ApiApp, deps: ApiDeps): void {
  app.openapi(uploadRoute, async (c) => {
    refuseWrappedBody(c.req.header("content-type"), c.req.header("content-encoding"));
    const { filename, ...options } = c.req.valid("query");
    const job = await storeUpload(deps, {
      filename: filename ?? parseDispositionFilename(c.req.header("content-disposition") ?? "") ?? "",
      options,
      content: receiveBody(c.req.raw.body ?? [], declaredLength(c.req.header("content-length"))),
      signal: c.req.raw.signal,
    });
    const view = toJobView(job);
    return c.json(view, 202, { location: view.links.self, "retry-after": "1" });
  });
}

interface Upload {
  readonly filename: string;
  readonly options: Job["options"];
  readonly content: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/**
 * Object first, record second: a client that goes away in between leaves nothing that looks like a job. A home
 * that hears of the object before the record is there has made the record itself; then that one counts.
 */
async function storeUpload(deps: ApiDeps, { filename, options, content, signal }: Upload): Promise<Job> {
  const id = deps.newId();
  const facts = await deps.sources.write(`uploads/${id}/${keyName(filename)}`, content, { signal });
  const source = { key: facts.key, filename: displayName(filename), size: facts.size, etag: facts.etag };
  const job = createJob({ id, owner: deps.owner, status: "queued", source, options }, deps.now());
  const stored = await storeRecord(deps, job);
  await deps.announce(facts);
  deps.log.info("upload stored", { jobId: id, bytes: facts.size });
  return stored;
}

async function storeRecord({ jobs, sources }: ApiDeps, job: Job): Promise<Job> {
  try {
    return (await jobs.create(job)) ? job : ((await jobs.get(job.id)) ?? job);
  } catch (error) {
    await sources.delete(job.source.key);
    throw error;
  }
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
