import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { ApiError } from "../../../shared/errors.ts";
import type { ObjectFacts } from "../../../shared/object-store.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { formatAttachment } from "../http/content-disposition.ts";
import { formatEntityTag, isUnchanged } from "../http/entity-tag.ts";
import { ListCursor } from "../http/list-cursor.ts";
import { nextPageLink } from "../http/page-link.ts";
import { createServiceSecret } from "../http/service-secret.ts";
import { findJob } from "../jobs/find-job.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import { badRequest, notFound, rangeNotSatisfiable, serverProblems } from "../problems/problem-responses.ts";
import { fileListQuerySchema, fileListSchema, fileParamsSchema } from "./file-contract.ts";
import { listFiles } from "./list-files.ts";
import { mediaTypeOf } from "./media-type.ts";
import { sendContent } from "./send-content.ts";

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
      content: { "*/*": { schema: z.string().openapi({ format: "binary" }) } },
    },
    206: {
      description: "The part that Range asks for, if If-Range still holds. One range at a time.",
      content: { "*/*": { schema: z.string().openapi({ format: "binary" }) } },
    },
    302: { description: "Where the platform bounds answers: Location leads to the bytes for some minutes." },
    304: { description: "The content still has the ETag of If-None-Match." },
    404: notFound,
    416: rangeNotSatisfiable,
    ...serverProblems,
  },
});

/** The results of a job. */
export function addFileRoutes(app: ApiApp, deps: ApiDeps): void {
  const secret = createServiceSecret(deps.notes);
  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const { id } = await findJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
    const cursors = new ListCursor(secret, ["files", id]);
    const page = cursor === undefined ? {} : { after: await cursors.open(cursor) };
    const files = await listFiles(deps.results, id, { ...page, limit: limit + 1 });
    const last = files.length > limit ? files[limit - 1] : undefined;
    const nextCursor = last === undefined ? null : await cursors.seal(last.path);
    if (nextCursor !== null) c.header("link", nextPageLink(c.req.url, nextCursor));
    return c.json({ files: files.slice(0, limit), nextCursor }, 200);
  });

  // The document writes {path} where the router needs a pattern that lets slashes through.
  app.openAPIRegistry.registerPath(contentRoute);
  app.get("/v1/jobs/:id/files/:path{.+}", async (c) => {
    const { id } = await findJob(deps, deps.principalOf(c.env), c.req.param("id"));
    const path = c.req.param("path");
    const facts = isResultPath(path) ? await deps.results.head(`${id}/${path}`) : null;
    if (facts === null) throw new ApiError("api/not-found", "The job has no file at that path.");
    const headers = contentHeaders(path, facts);
    if (isUnchanged(c.req.header("if-none-match"), headers.etag)) return new Response(null, { status: 304, headers });
    if (deps.linkTo !== undefined) return await redirect(deps.linkTo, facts.key, headers);
    return sendContent(deps.results, facts, headers, {
      range: c.req.header("range"),
      ifRange: c.req.header("if-range"),
      signal: c.req.raw.signal,
      instance: c.get("instance"),
    });
  });
}

/** True for a path that can only lead down into the job's own folder. */
function isResultPath(path: string): boolean {
  if (path.includes("\\") || path.includes("\0")) return false;
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

function contentHeaders(path: string, { etag }: ObjectFacts) {
  return {
    "content-type": mediaTypeOf(path),
    "content-disposition": formatAttachment(path.slice(path.lastIndexOf("/") + 1)),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-cache",
    "accept-ranges": "bytes",
    etag: formatEntityTag(etag),
  };
}

async function redirect(
  linkTo: NonNullable<ApiDeps["linkTo"]>,
  key: string,
  headers: ReturnType<typeof contentHeaders>,
): Promise<Response> {
  const { "content-type": mediaType, "content-disposition": contentDisposition } = headers;
  const location = await linkTo({ key, mediaType, contentDisposition });
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
}
