import { createRoute } from "@hono/zod-openapi";
import { ApiError } from "../../../shared/errors.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import { conflict, notFound, rangeNotSatisfiable, serverProblems } from "../problems/problem-responses.ts";
import { bytesAs, redirected, unchanged } from "./download-answers.ts";
import { findEndedJob } from "./ended-job.ts";
import { sendResult } from "./send-result.ts";

/** Where the documents about a whole result are, and what they are. */
const DOCUMENTS = {
  report: { path: "report.json", mediaType: "application/json" },
  manifest: { path: "manifest.jsonl", mediaType: "application/x-ndjson" },
} as const;

const answers = (mediaType: string) =>
  ({
    200: { description: "The whole document.", content: bytesAs(mediaType) },
    206: { description: "The part that Range asks for, if If-Range still holds.", content: bytesAs(mediaType) },
    302: redirected,
    304: unchanged,
    404: notFound,
    409: conflict,
    416: rangeNotSatisfiable,
    ...serverProblems,
  }) as const;

const reportRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/report",
  summary: "What became of the archive: counts, sums that agree, and streams",
  description: "Only a job that came to its end has one; a canceled one has a manifest of what it finished.",
  request: { params: jobParamsSchema },
  responses: answers(DOCUMENTS.report.mediaType),
});

const manifestRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/manifest",
  summary: "Every file, duplicate, skip and gap, one JSON object a line",
  request: { params: jobParamsSchema },
  responses: answers(DOCUMENTS.manifest.mediaType),
});

/** The documents about a result. */
export function addDocumentRoutes(app: ApiApp, deps: ApiDeps) {
  return app
    .openapi(reportRoute, async (c) => {
      const job = await findEndedJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
      return (await sendResult(deps, c, job.id, DOCUMENTS.report)) ?? missing(job.status, "report");
    })
    .openapi(manifestRoute, async (c) => {
      const job = await findEndedJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
      return (await sendResult(deps, c, job.id, DOCUMENTS.manifest)) ?? missing(job.status, "manifest");
    });
}

function missing(status: string, document: string): never {
  throw new ApiError("api/not-found", `The job is ${status} and has no ${document}.`);
}
