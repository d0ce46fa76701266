import { createHash, timingSafeEqual } from "node:crypto";
import { createProblem, problemResponse } from "../api/problems/problem.ts";
import type { Fetch } from "./local-guard.ts";

const COOKIE = "hu01-token";
/** Says nothing but that the service is there, and what its codes mean: the 401 itself refers to that. */
const OPEN_PATH = /^\/(?:healthz|v1\/problems\/[a-z0-9]+\/[a-z0-9-]+)$/u;
/** A signed link, which proves by itself that it may be used; the API looks at its signature. */
const LINK_PATH = /^\/v1\/jobs\/[^/]+\/upload$/u;

/**
 * Lets only those pass who know the token (RFC 6750 §2.1). A browser, which cannot send it by itself, is let in once
 * by `/?token=…` and has it in a cookie from then on, which no other site's page can make it send.
 */
export function requireToken(fetch: Fetch, token: string, newId: () => string): Fetch {
  const expected = digest(token);
  const isRight = (given: string | undefined) => given !== undefined && timingSafeEqual(digest(given), expected);
  return (request) => {
    const url = new URL(request.url);
    if (OPEN_PATH.test(url.pathname)) return fetch(request);
    const isLink = request.method === "PUT" && LINK_PATH.test(url.pathname) && url.searchParams.has("signature");
    if (isLink) return fetch(request);
    const isAskedByBrowser = url.pathname === "/" && url.searchParams.has("token");
    if (isAskedByBrowser && isRight(url.searchParams.get("token") ?? "")) return welcome(token);
    if (isRight(bearerOf(request)) || isRight(cookieOf(request))) return fetch(request);
    const problem = createProblem({ code: "api/unauthenticated", instance: `urn:uuid:${newId()}` });
    return problemResponse(problem, { "www-authenticate": 'Bearer realm="hu01"' });
  };
}

/** Away from the address that holds the token, which would else stay in the history and in the next Referer. */
function welcome(token: string): Response {
  const cookie = `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/`;
  return new Response(null, {
    status: 303,
    headers: { location: "/", "set-cookie": cookie, "cache-control": "no-store" },
  });
}

function bearerOf({ headers }: Request): string | undefined {
  return /^Bearer +(\S+)$/iu.exec(headers.get("authorization") ?? "")?.[1];
}

function cookieOf({ headers }: Request): string | undefined {
  const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}

/** Of equal length for every token, as the comparison in constant time needs it. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
