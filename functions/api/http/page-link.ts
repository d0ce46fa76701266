/**
 * The address of the next page: the request's own, with another cursor.
 *
 * @returns the value of a Link header (RFC 8288), relative, so that it holds behind any proxy
 */
export function nextPageLink(requestUrl: string, cursor: string): string {
  const url = new URL(requestUrl);
  url.searchParams.set("cursor", cursor);
  return `<${url.pathname}${url.search}>; rel="next"`;
}
