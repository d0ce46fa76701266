import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import { ApiError } from "../../../shared/errors.ts";
import type { ObjectFacts } from "../../../shared/object-store.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { formatAttachment } from "../http/content-disposition.ts";
import { nextPageLink } from "../http/page-link.ts";
import { findJob } from "../jobs/find-job.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import { badRequest, notFound, serverProblems } from "../problems/problem-responses.ts";
import { fileListQuerySchema, fileListSchema, fileParamsSchema } from "./file-contract.ts";
import { listFiles } from "./list-files.ts";
import { mediaTypeOf } from "./media-type.ts";

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
    302: { description: "Where the platform bounds answers: Location leads to the bytes for some minutes." },
    304: { description: "The content still has the ETag of If-None-Match." },
    404: notFound,
    ...serverProblems,
  },
});

/** The results of a job. */
export function addFileRoutes(app: ApiApp, deps: ApiDeps): void {
  app.openapi(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const { id } = await findJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
    const page = cursor === undefined ? {} : { after: decodeCursor(cursor) };
    const files = await listFiles(deps.results, id, { ...page, limit: limit + 1 });
    const last = files.length > limit ? files[limit - 1] : undefined;
    const nextCursor = last === undefined ? null : encodeCursor(last.path);
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
    const content = deps.results.read(facts.key, { etag: facts.etag, signal: c.req.raw.signal });
    return new Response(toStream(content), { headers: { ...headers, "content-length": String(facts.size) } });
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
    etag: `"${etag.replaceAll('"', "")}"`,
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

/** The weak comparison of RFC 9110 §13.1.2. */
function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//u, ""));
  return known.includes(etag) || known.includes("*");
}

function toStream(content: ByteSource): ReadableStream<Uint8Array> {
  return ReadableStream.from(content);
}

function encodeCursor(path: string): string {
  return Buffer.from(path).toString("base64url");
}

/** @throws ApiError api/request-invalid */
function decodeCursor(cursor: string): string {
  const path = Buffer.from(cursor, "base64url").toString();
  if (encodeCursor(path) !== cursor) throw new ApiError("api/request-invalid", "The cursor is not of this list.");
  return path;
}
