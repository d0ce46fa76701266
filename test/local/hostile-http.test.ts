import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROBLEM_STATUS } from "../../functions/api/problem-status.ts";
import { type HttpServer, startHttpServer } from "../../functions/local/http-server.ts";
import { ID, sound, WAITING_ID } from "../api/contract/contract-case.ts";
import { startContractService } from "../api/contract/contract-service.ts";
import { hostileText } from "../api/hostile-values.ts";
import type { TestService } from "../api/test-service.ts";

const SILENCE_MILLIS = 2_000;

let service: TestService;
let server: HttpServer;
let port: number;

beforeAll(async () => {
  service = await startContractService(sound);
  const { newId } = service.deps;
  server = await startHttpServer({ fetch: service.app.fetch, host: "127.0.0.1", port: 0, newId, token: null });
  port = Number(new URL(server.url).port);
});
afterAll(async () => {
  await server.close(0);
  await service[Symbol.asyncDispose]();
});

/** Sends bytes as they are and reads until the server has closed the connection. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("latin1").setTimeout(20_000, () => socket.destroy(new Error("no answer")));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(answer) : reject(error),
    );
    socket.on("close", () => resolve(answer));
    socket.write(Buffer.from(text, "utf8"));
    // A request that never ends would be waited for.
    const silence = setTimeout(() => socket.end(), SILENCE_MILLIS);
    socket.once("data", () => clearTimeout(silence));
  });
}

/** What is wrong with what came back; several answers when several requests were understood. */
function faultsOf(answer: string): string[] {
  const heads = answer.split(/(?=HTTP\/1\.1 \d{3} )/).filter((part) => part !== "");
  return heads.flatMap((part) => {
    const [head = "", ...body] = part.split("\r\n\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 999);
    const faults = [];
    if (status >= 500) faults.push(`status ${status}`);
    if (/^x-injected/im.test(head)) faults.push("an injected header");
    if (status >= 400) {
      const code = /"code":"([a-z/-]+)"/.exec(body.join(""))?.[1] as keyof typeof PROBLEM_STATUS;
      if (PROBLEM_STATUS[code] !== status) faults.push(`status ${status} with ${code}`);
      if (!/^content-type: application\/problem\+json\r?$/im.test(head)) faults.push(`no problem document: ${head}`);
    }
    return faults;
  });
}

const paths = fc.constantFrom("/v1/jobs", `/v1/jobs/${ID}`, `/v1/jobs/${ID}/files/`, `/v1/jobs/${WAITING_ID}/upload`);
const names = fc.constantFrom("Content-Disposition", "Idempotency-Key", "Last-Event-ID", "Range", "If-None-Match");
const methods = fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "get", "TRACE");

describe("the HTTP server", () => {
  it("answers lines that no client library would send with a problem, and injects nothing", async () => {
    const request = fc.record({ method: methods, path: paths, more: hostileText, name: names, value: hostileText });
    const property = fc.asyncProperty(request, async ({ method, path, more, name, value }) => {
      const answer = await exchange(
        `${method} ${path}${more} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${name}: ${value}\r\nConnection: close\r\n\r\n`,
      );
      expect([answer.slice(0, 9), ...faultsOf(answer)]).toEqual(["HTTP/1.1 "]);
    });
    await fc.assert(property, { numRuns: 300 });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it.each([
    ["an address", `GET /v1/jobs/${"a".repeat(20_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, 431],
    ["a header", `GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["many headers", `GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n${"A: b\r\n".repeat(5_000)}\r\n`, 431],
    ["a line that is no request", "hello\r\n\r\n", 400],
    ["a header without a name", "GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n: x\r\n\r\n", 400],
    ["a NUL in a header", "GET /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: a\0b\r\n\r\n", 400],
    ["a length that is none", "POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", 400],
    [
      "two lengths",
      "POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
  ])("answers %s with a problem", async (_what, text, status) => {
    const answer = await exchange(text);
    expect([Number(answer.slice(9, 12)), ...faultsOf(answer)]).toEqual([status]);
  });

  it.each([
    "/v1/jobs/../../../../etc/passwd",
    `/v1/jobs/${ID}/files/../../../../../etc/passwd`,
    `/v1/jobs/${ID}/files/%2e%2e/%2e%2e/%2e%2e/etc/passwd`,
    `/v1/jobs/${ID}/files/..%2f..%2f..%2f..%2fetc%2fpasswd`,
    `/v1/jobs/${ID}/files//etc/passwd`,
    `/v1/jobs/${ID}/files/mail/../report.json/../../../${WAITING_ID}/a.hu01`,
    `/v1/jobs/${ID}/files/..\\..\\a`,
    "/v1/jobs/..%2fuploads/files/a",
    "//etc/passwd",
    "http://evil.example/v1/jobs/../x",
  ])("leads nowhere by %s", async (path) => {
    const answer = await exchange(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect(faultsOf(answer)).toEqual([]);
    expect(Number(answer.slice(9, 12))).toBeGreaterThanOrEqual(400);
  });
});
