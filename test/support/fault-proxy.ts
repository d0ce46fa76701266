import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as the proxy saw it. */
export interface SeenRequest {
  /** From 0, over all requests. */
  readonly index: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** What is asked: "GetItem", "UploadPart", or the method alone. */
  readonly operation: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What goes wrong with one request. */
export type NetworkFault =
  /** Nothing. */
  | { readonly kind: "none" }
  /** The connection is reset before anything is passed on. */
  | { readonly kind: "refuse" }
  /** The server never hears of the request; this is the answer. */
  | { readonly kind: "answer"; readonly answer: Answer }
  /** The server does what is asked, and its answer is lost: this one is given instead, or the connection is reset. */
  | { readonly kind: "lose"; readonly answer?: Answer }
  /** So many bytes of the answer's body come through; then the connection is reset, or stays silent for ever. */
  | { readonly kind: "break" | "stall"; readonly afterBytes: number }
  /** The answer comes with other headers. */
  | { readonly kind: "rewrite"; readonly headers: Readonly<Record<string, string>> };

export const NO_FAULT: NetworkFault = { kind: "none" };

export interface FaultProxy extends AsyncDisposable {
  /** To be used in place of the server's. */
  readonly endpoint: string;
  /** All requests so far, in order; the same list grows. */
  readonly seen: readonly SeenRequest[];
}

/**
 * Starts a proxy on a free port that passes everything on, but for what the plan says of a request. It stops with
 * `await using`.
 *
 * @param target endpoint of the server behind it
 */
export async function startFaultProxy(
  target: string,
  plan: (request: SeenRequest) => NetworkFault | Promise<NetworkFault>,
): Promise<FaultProxy> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const noted = note(incoming, seen.length);
    seen.push(noted);
    const fault = await plan(noted);
    if (fault.kind === "refuse") incoming.socket.resetAndDestroy();
    else if (fault.kind === "answer") incoming.resume().on("end", () => give(outgoing, fault.answer));
    else forward(target, incoming, outgoing, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** An answer as S3 gives it for an error. */
export function s3Error(status: number, code: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Injected.</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}

/** An answer as DynamoDB gives it for an error. */
export function dynamoError(status: number, name: string): Answer {
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "Injected." });
  return { status, headers: { "content-type": "application/x-amz-json-1.0" }, body };
}

function note(incoming: IncomingMessage, index: number): SeenRequest {
  const { method = "", url = "", headers } = incoming;
  const target = headers["x-amz-target"];
  const operation = typeof target === "string" ? (target.split(".")[1] ?? "") : nameOperation(method, url);
  return { index, method, url, headers, operation };
}

function nameOperation(method: string, url: string): string {
  const query = new URL(url, "http://localhost").searchParams;
  if (query.has("list-type")) return "ListObjects";
  if (query.has("uploads")) return "CreateMultipartUpload";
  if (!query.has("uploadId")) return `${method[0]}${method.slice(1).toLowerCase()}Object`;
  const names = { PUT: "UploadPart", POST: "CompleteMultipartUpload", DELETE: "AbortMultipartUpload" };
  return names[method as keyof typeof names] ?? method;
}

function give(outgoing: ServerResponse, { status, headers = {}, body = "" }: Answer): void {
  outgoing.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) }).end(body);
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse, fault: NetworkFault): void {
  const { hostname, port } = new URL(target);
  const { method, url, headers } = incoming;
  const onward = request({ hostname, port, method, path: url, headers, agent: false }, async (answer) => {
    if (fault.kind === "lose") {
      await text(answer);
      if (fault.answer === undefined) incoming.socket.resetAndDestroy();
      else give(outgoing, fault.answer);
      return;
    }
    const changed = fault.kind === "rewrite" ? fault.headers : {};
    outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...changed });
    if (fault.kind === "break" || fault.kind === "stall") await passSome(answer, outgoing, fault);
    else answer.pipe(outgoing);
  });
  onward.on("error", () => incoming.socket.destroy());
  incoming.pipe(onward);
}

async function passSome(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { kind, afterBytes }: { readonly kind: "break" | "stall"; readonly afterBytes: number },
): Promise<void> {
  let left = afterBytes;
  for await (const chunk of answer) {
    const passed = (chunk as Buffer).subarray(0, left);
    left -= passed.length;
    await new Promise<void>((resolve) => outgoing.write(passed, () => resolve()));
    if (left > 0) continue;
    if (kind === "stall") return;
    // The bytes must have left this process before the reset, which would take them along.
    await new Promise((resolve) => setTimeout(resolve, 2));
    outgoing.socket?.resetAndDestroy();
    return;
  }
  outgoing.end();
}
