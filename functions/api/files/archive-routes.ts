import { createRoute } from "@hono/zod-openapi";
import { ApiError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/job.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { isUnchanged } from "../http/entity-tag.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import { conflict, notFound, rangeNotSatisfiable, serverProblems } from "../problems/problem-responses.ts";
import { bytesAs, redirected, unchanged } from "./download-answers.ts";
import { findEndedJob } from "./ended-job.ts";
import { listFiles, walkFiles } from "./list-files.ts";
import { downloadHeaders, sendMade, sendResult } from "./send-result.ts";
import { type ZippedFile, zipFiles } from "./zip-files.ts";

const archiveRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/archive.zip",
  summary: "All files of a job's result in one ZIP",
  description:
    "Made while it is sent. When the job itself packed its files into one ZIP (pack=zip), it is that one, in which " +
    "Range works. Where the platform bounds answers, that is the only way to get a large result as a ZIP.",
  request: { params: jobParamsSchema },
  responses: {
    200: { description: "The ZIP.", content: bytesAs("application/zip") },
    206: {
      description: "The part that Range asks for, of a ZIP of the job's own.",
      content: bytesAs("application/zip"),
    },
    302: redirected,
    304: unchanged,
    404: notFound,
    409: conflict,
    416: rangeNotSatisfiable,
    ...serverProblems,
  },
});

/** A job's whole result as one download. */
export function addArchiveRoutes(app: ApiApp, deps: ApiDeps) {
  return app.openapi(archiveRoute, async (c) => {
    const job = await findEndedJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
    const pack = await findOnlyPack(deps, job);
    const sent = pack === null ? null : await sendResult(deps, c, job.id, { path: pack });
    if (sent !== null) return sent;
    const [first] = await listFiles(deps.results, job.id, { limit: 1 });
    if (first === undefined) throw new ApiError("api/not-found", `The job is ${job.status} and has no files.`);
    const headers = downloadHeaders(`${job.id}.zip`, "application/zip", `zip-${job.version}`);
    if (isUnchanged(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers);
    return await sendMade(deps, { headers, content: zipFiles(zippedFiles(deps, job.id, c.req.raw.signal)) });
  });
}

/** The ZIP that the job made of its files, when it is the only one. */
async function findOnlyPack({ results }: ApiDeps, { id, options }: Job): Promise<string | null> {
  if (options.pack !== "zip") return null;
  const packs = await listFiles(results, id, { kind: "pack", limit: 2 });
  return packs.length === 1 ? (packs[0]?.path ?? null) : null;
}

async function* zippedFiles({ results }: ApiDeps, id: string, signal: AbortSignal): AsyncGenerator<ZippedFile> {
  for await (const { path } of walkFiles(results, id)) {
    yield { path, content: results.read(`${id}/${path}`, { signal }), isStored: path.endsWith(".zip") };
  }
}
