import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { TEST_IDENTITY } from "./emulators.ts";

/** One call of an AWS service that speaks JSON. */
interface JsonCall {
  /** Like `PutEvents`. */
  readonly action: string;
  readonly input: Record<string, unknown>;
}

/** A stand-in for a service that no emulator on npm has: EventBridge, Step Functions. */
export interface JsonService extends AsyncDisposable {
  readonly endpoint: string;
  readonly calls: readonly JsonCall[];
}

/** What is answered; an error's `__type` with status 400 becomes the SDK's exception of that name. */
export type JsonAnswer = (call: JsonCall) => { readonly status?: number; readonly body: object };

/** Starts one on a free port of this machine. */
export async function startJsonService(answer: JsonAnswer): Promise<JsonService> {
  const calls: JsonCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const call = { action, input: JSON.parse(Buffer.concat(chunks).toString() || "{}") };
      calls.push(call);
      const { status = 200, body } = answer(call);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Settings of a client that speaks to it. */
export function clientOf({ endpoint }: JsonService) {
  return { endpoint, ...TEST_IDENTITY, maxAttempts: 1 };
}
