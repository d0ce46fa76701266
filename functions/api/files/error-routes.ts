import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { ApiError } from "../../../shared/errors.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { isUnchanged } from "../http/entity-tag.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import { badRequest, conflict, notFound, serverProblems } from "../problems/problem-responses.ts";
import { bytesAs, unchanged } from "./download-answers.ts";
import { findEndedJob } from "./ended-job.ts";
import { errorRows } from "./error-rows.ts";
import { readManifest } from "./read-manifest.ts";
import { downloadHeaders, sendMade } from "./send-result.ts";
import { ROW_FORMATS, ROW_MEDIA_TYPES, type RowFormat, writeRows } from "./write-rows.ts";

const errorsRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/errors",
  summary: "What was lost, skipped, guessed or repaired",
  description:
    "Drawn from the manifest, in its order. As JSON lines, or as CSV with ?format=csv or Accept: text/csv; in CSV, " +
    "cells that a spreadsheet would take for formulas begin with an apostrophe.",
  request: { params: jobParamsSchema, query: z.strictObject({ format: z.enum(ROW_FORMATS).optional() }) },
  responses: {
    200: { description: "One line for each error and warning.", content: bytesAs("application/x-ndjson", "text/csv") },
    304: unchanged,
    400: badRequest,
    404: notFound,
    409: conflict,
    ...serverProblems,
  },
});

/** The errors of a job. */
export function addErrorRoutes(app: ApiApp, deps: ApiDeps) {
  return app.openapi(errorsRoute, async (c) => {
    const { id, version } = await findEndedJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
    const format = c.req.valid("query").format ?? preferredFormat(c.req.header("accept"));
    const key = `${id}/manifest.jsonl`;
    const manifest = await deps.results.head(key);
    if (manifest === null) throw new ApiError("api/not-found", "The job has no manifest, so it tells no errors.");
    const download = downloadHeaders(`errors.${format}`, ROW_MEDIA_TYPES[format], `errors-${format}-${version}`);
    const headers = { ...download, vary: "Accept" };
    if (isUnchanged(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers);
    const source = deps.results.read(key, { etag: manifest.etag, signal: c.req.raw.signal });
    return await sendMade(deps, { headers, content: writeRows(errorRows(readManifest(source)), format) });
  });
}

/** CSV for whoever names it and not JSON lines before it. */
function preferredFormat(accept = ""): RowFormat {
  const types = accept.split(",").map((range) => (range.split(";")[0] ?? "").trim().toLowerCase());
  const csv = types.indexOf("text/csv");
  const json = types.findIndex((type) => type === "application/x-ndjson" || type === "application/jsonl");
  return csv >= 0 && (json < 0 || csv < json) ? "csv" : "jsonl";
}
