import type { ObjectFacts, ObjectStore, ReadOptions } from "../../../shared/object-store.ts";
import { createProblem, problemResponse } from "../problems/problem.ts";
import { formatContentRange, isRangeCurrent, parseRange, WHOLE } from "./byte-range.ts";

/** A request for an object, as far as its answer depends on it. */
export interface ContentRequest {
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly signal: AbortSignal;
  /** Names the request in a problem. */
  readonly instance: string;
}

/** What every answer with the content says, whole or part. */
export type ContentHeaders = Readonly<Record<string, string>> & { readonly etag: string };

/**
 * Answers with an object's content, or with the part of it that the request asks for (RFC 9110 §14): 200, 206 or 416.
 * The content is read while it is sent, and only as long as the object is the one that `facts` tell of.
 */
export function sendContent(
  store: ObjectStore,
  { key, size, etag }: ObjectFacts,
  headers: ContentHeaders,
  { range, ifRange, signal, instance }: ContentRequest,
): Response {
  const read = (part: Pick<ReadOptions, "range">) => ReadableStream.from(store.read(key, { etag, signal, ...part }));
  const asked = isRangeCurrent(ifRange, headers.etag) ? parseRange(range, size) : WHOLE;
  if (asked.kind === "unsatisfiable") {
    const message = `The file has ${size} bytes, and the range begins behind them.`;
    const problem = createProblem({ code: "api/range-not-satisfiable", message, instance });
    return problemResponse(problem, { "content-range": `bytes */${size}` });
  }
  if (asked.kind === "whole")
    return new Response(read({}), { headers: { ...headers, "content-length": String(size) } });
  const { first, last } = asked.range;
  const length = last - first + 1;
  const place = { "content-range": formatContentRange(asked.range, size), "content-length": String(length) };
  return new Response(read({ range: { offset: first, length } }), { status: 206, headers: { ...headers, ...place } });
}
