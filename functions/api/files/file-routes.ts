import { createRoute } from "@hono/zod-openapi";
import { ApiError } from "../../../shared/errors.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { ListCursor } from "../http/list-cursor.ts";
import { nextPageLink } from "../http/page-link.ts";
import { createServiceSecret } from "../http/service-secret.ts";
import { findJob } from "../jobs/find-job.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import { badRequest, notFound, rangeNotSatisfiable, serverProblems } from "../problems/problem-responses.ts";
import { bytesAs, redirected, unchanged } from "./download-answers.ts";
import { fileListQuerySchema, fileListSchema, fileParamsSchema } from "./file-contract.ts";
import { listFiles } from "./list-files.ts";
import { isResultPath } from "./result-path.ts";
import { sendResult } from "./send-result.ts";

const listRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/files",
  summary: "The files of a job's result, by path",
  request: { params: jobParamsSchema, query: fileListQuerySchema },
  responses: {
    200: {
      description: "One page of files. Link names the next one.",
      content: { "application/json": { schema: fileListSchema } },
    },
    400: badRequest,
    404: notFound,
    ...serverProblems,
  },
});

const contentRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/files/{path}",
  summary: "The content of a file; the path may hold slashes",
  request: { params: fileParamsSchema },
  responses: {
    200: {
      description: "The bytes, to be saved under the name in Content-Disposition.",
      content: bytesAs("*/*"),
    },
    206: {
      description: "The part that Range asks for, if If-Range still holds. One range at a time.",
      content: bytesAs("*/*"),
    },
    302: redirected,
    304: unchanged,
    404: notFound,
    416: rangeNotSatisfiable,
    ...serverProblems,
  },
});

/** The results of a job, file by file. */
export function addFileRoutes(app: ApiApp, deps: ApiDeps) {
  const secret = createServiceSecret(deps.notes);
  // The document writes {path} where the router needs a pattern that lets slashes through.
  app.openAPIRegistry.registerPath(contentRoute);
  app.get("/v1/jobs/:id/files/:path{.+}", async (c) => {
    const { id } = await findJob(deps, deps.principalOf(c.env), c.req.param("id"));
    const path = c.req.param("path");
    const sent = isResultPath(path) ? await sendResult(deps, c, id, { path }) : null;
    if (sent === null) throw new ApiError("api/not-found", "The job has no file at that path.");
    return sent;
  });
  return app.openapi(listRoute, async (c) => {
    const { kind, limit, cursor } = c.req.valid("query");
    const { id } = await findJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
    const cursors = new ListCursor(secret, ["files", id, kind ?? ""]);
    const page = cursor === undefined ? {} : { after: await cursors.open(cursor) };
    const files = await listFiles(deps.results, id, { kind, ...page, limit: limit + 1 });
    const last = files.length > limit ? files[limit - 1] : undefined;
    const nextCursor = last === undefined ? null : await cursors.seal(last.path);
    if (nextCursor !== null) c.header("link", nextPageLink(c.req.url, nextCursor));
    return c.json({ files: files.slice(0, limit), nextCursor }, 200);
  });
}
