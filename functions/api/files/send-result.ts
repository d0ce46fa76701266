import type { Context } from "hono";
import { ApiError } from "../../../shared/errors.ts";
import type { ObjectFacts } from "../../../shared/object-store.ts";
import type { ApiDeps, ApiEnv } from "../api-deps.ts";
import { formatAttachment } from "../http/content-disposition.ts";
import { formatEntityTag, isUnchanged } from "../http/entity-tag.ts";
import { mediaTypeOf } from "./media-type.ts";
import { sendContent } from "./send-content.ts";

/** An object of a job's result, and how it is served. */
export interface ResultObject {
  /** Below the job's folder; one that `isResultPath` accepts. */
  readonly path: string;
  readonly mediaType?: string;
}

/**
 * Answers with an object of a job's result: 200, 206, 304, 416, or 302 where the store itself has to serve it.
 *
 * @returns null when there is no such object
 */
export async function sendResult(
  deps: ApiDeps,
  c: Context<ApiEnv>,
  jobId: string,
  { path, mediaType = mediaTypeOf(path) }: ResultObject,
): Promise<Response | null> {
  const facts = await deps.results.head(`${jobId}/${path}`);
  if (facts === null) return null;
  const headers = downloadHeaders(path.slice(path.lastIndexOf("/") + 1), mediaType, facts.etag);
  if (isUnchanged(c.req.header("if-none-match"), headers.etag)) return new Response(null, { status: 304, headers });
  if (deps.linkTo !== undefined) return await redirect(deps.linkTo, facts, headers);
  return sendContent(
    deps.results,
    facts,
    { ...headers, "accept-ranges": "bytes" },
    {
      range: c.req.header("range"),
      ifRange: c.req.header("if-range"),
      signal: c.req.raw.signal,
      instance: c.get("instance"),
    },
  );
}

/** What every download says: under which name it is saved, and that no browser may guess about it or run it. */
export function downloadHeaders(filename: string, mediaType: string, tag: string) {
  return {
    "content-type": mediaType,
    "content-disposition": formatAttachment(filename),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-cache",
    etag: formatEntityTag(tag),
  };
}

/** A download that is made while it is sent. */
export interface MadeDownload {
  readonly headers: ReturnType<typeof downloadHeaders>;
  /** Nothing is read before the first chunk is asked for; returned early when the client goes away. */
  readonly content: AsyncGenerator<Uint8Array>;
}

/**
 * Answers with a download of unknown size. Where the platform bounds answers, it is made first, and refused when it is
 * too large.
 *
 * @throws ApiError api/answer-too-large; then whatever the content throws
 */
export async function sendMade({ answerLimit }: ApiDeps, { headers, content }: MadeDownload): Promise<Response> {
  if (answerLimit === undefined) return new Response(ReadableStream.from(content), { headers });
  const { maxBytes } = answerLimit;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { headers: { ...headers, "content-length": String(bytes) } });
}

function tooLarge(maxBytes: number): ApiError {
  const message = `The answer has more than ${maxBytes} bytes, which is all that one answer carries here.`;
  return new ApiError("api/answer-too-large", message, { details: { maxBytes } });
}

async function redirect(
  linkTo: NonNullable<ApiDeps["linkTo"]>,
  { key }: ObjectFacts,
  headers: ReturnType<typeof downloadHeaders>,
): Promise<Response> {
  const { "content-type": mediaType, "content-disposition": contentDisposition } = headers;
  const location = await linkTo({ key, mediaType, contentDisposition });
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
}
