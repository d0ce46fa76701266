/** Bytes `first` to `last`, both included, of a content. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** What a Range header asks of a content of known size. */
export type RangeRequest =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly range: ByteRange }
  | { readonly kind: "unsatisfiable" };

/** What is asked of a content when no range is. */
export const WHOLE: RangeRequest = { kind: "whole" };

/**
 * Reads a Range header (RFC 9110 §14.2) for a content of `size` bytes. Several ranges at once, other units and
 * malformed headers are answered with the whole, as the RFC lets a server do.
 */
export function parseRange(header: string | undefined, size: number): RangeRequest {
  const [, first = "", last = ""] = /^bytes=\s*(\d*)-(\d*)\s*$/iu.exec(header ?? "") ?? [];
  if (first === "" && last === "") return WHOLE;
  if (first === "") return suffixOf(size, Number(last));
  const range = { first: Number(first), last: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
  if (last !== "" && Number(last) < range.first) return WHOLE;
  return range.first < size ? { kind: "part", range } : { kind: "unsatisfiable" };
}

/** The last `count` bytes: all of them when there are fewer. */
function suffixOf(size: number, count: number): RangeRequest {
  if (count === 0 || size === 0) return { kind: "unsatisfiable" };
  return { kind: "part", range: { first: Math.max(0, size - count), last: size - 1 } };
}

/** True when the part may be sent: without If-Range, or when its strong ETag is still the content's (RFC 9110 §13.1.5). */
export function isRangeCurrent(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag;
}

/** Content-Range of a part (RFC 9110 §14.4). */
export function formatContentRange({ first, last }: ByteRange, size: number): string {
  return `bytes ${first}-${last}/${size}`;
}
