/** Puts an opaque tag into the quotes of a strong ETag (RFC 9110 §8.8.3). */
export function formatEntityTag(tag: string): string {
  return `"${tag.replaceAll('"', "")}"`;
}

/** True when If-None-Match names the tag, by the weak comparison of RFC 9110 §13.1.2. */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//u, ""));
  return known.includes(etag) || known.includes("*");
}
