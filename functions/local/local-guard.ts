import { createProblem, problemResponse } from "../api/problems/problem.ts";

/** What answers a request. */
export type Fetch = (request: Request) => Response | Promise<Response>;

const LOOPBACK_NAMES: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** True for an address that only programs on this machine can reach. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.includes(host) || host === "::1" || /^127\.\d+\.\d+\.\d+$/u.test(host);
}

/**
 * Refuses what a web page of another site makes a browser send to this machine: requests under a name that only
 * DNS made point here (rebinding), and writing requests of another origin. A service on loopback asks nobody who
 * they are, so these two are its door.
 */
export function refuseOtherSites(fetch: Fetch, newId: () => string): Fetch {
  return (request) => {
    if (isOfThisMachine(request)) return fetch(request);
    return problemResponse(createProblem({ code: "api/forbidden", instance: `urn:uuid:${newId()}` }));
  };
}

function isOfThisMachine({ method, headers }: Request): boolean {
  const host = headers.get("host") ?? "";
  if (!isLoopback(host.replace(/:\d+$/u, ""))) return false;
  if (method === "GET" || method === "HEAD") return true;
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) return false;
  return ["same-origin", "none", null].includes(headers.get("sec-fetch-site"));
}
