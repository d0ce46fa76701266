import { createServer, type Server, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { createProblem, PROBLEM_MEDIA_TYPE, problemResponse } from "../api/problems/problem.ts";
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
  server.on("clientError", (error, socket) => refuseMalformed(error, socket, newId));
  // An upload takes as long as it takes; headersTimeout still ends connections that only pretend to send.
  server.requestTimeout = 0;
  await listen(server, host, port);
  const { port: actualPort } = server.address() as AddressInfo;
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${actualPort}`, close: (graceMillis) => close(server, graceMillis) };
}

/** Answers with a problem document what is no HTTP, or has more than 16 KiB of address and headers. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex, newId: () => string): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = error.code === "HPE_HEADER_OVERFLOW" ? "api/headers-too-large" : "api/request-invalid";
  const problem = createProblem({ code, instance: `urn:uuid:${newId()}` });
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
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
    // A connection whose last answer ends now would else be kept for a next request that will not be taken.
    const idle = setInterval(() => server.closeIdleConnections(), 100);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(idle);
      resolve();
    });
  });
}
