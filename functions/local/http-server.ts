import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createProblem, problemResponse } from "../api/problems/problem.ts";
import { LocalError } from "./local-error.ts";
import { type Fetch, isLoopback, refuseOtherSites } from "./local-guard.ts";
import { requireToken } from "./token-guard.ts";

export interface HttpServerOptions {
  readonly fetch: Fetch;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly newId: () => string;
  /** Whoever asks must know it; null lets everybody in, which is meant for loopback addresses. */
  readonly token: string | null;
}

/** A server that listens until it is closed. */
export interface HttpServer {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  /** Takes no new connection, and ends the open ones after some milliseconds. */
  close(graceMillis: number): Promise<void>;
}

/**
 * Serves a fetch function over HTTP. On a loopback address it answers this machine only.
 *
 * @throws LocalError cli/port-in-use
 */
export async function startHttpServer({ fetch, host, port, newId, token }: HttpServerOptions): Promise<HttpServer> {
  const known = token === null ? fetch : requireToken(fetch, token, newId);
  const guarded = isLoopback(host) ? refuseOtherSites(known, newId) : known;
  const malformed = () =>
    problemResponse(createProblem({ code: "api/request-invalid", instance: `urn:uuid:${newId()}` }));
  const server = createServer(
    getRequestListener(guarded, { overrideGlobalObjects: false, hostname: host, errorHandler: malformed }),
  );
  // An upload takes as long as it takes; headersTimeout still ends connections that only pretend to send.
  server.requestTimeout = 0;
  await listen(server, host, port);
  const { port: actualPort } = server.address() as AddressInfo;
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${actualPort}`, close: (graceMillis) => close(server, graceMillis) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") reject(error);
      else reject(new LocalError("cli/port-in-use", `Port ${port} is taken.`, { details: { port }, cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server, graceMillis: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMillis);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
