import { readdir, truncate } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { startHttpServer } from "../../functions/local/http-server.ts";
import { addFinishedJob, createTestService, type TestService } from "../api/test-service.ts";

async function startTestServer(service: TestService) {
  const server = await startHttpServer({
    fetch: service.app.fetch,
    host: "127.0.0.1",
    port: 0,
    newId: service.deps.newId,
    token: null,
  });
  return { ...server, port: Number(new URL(server.url).port), [Symbol.asyncDispose]: () => server.close(0) };
}

async function waitUntil(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const filesBelow = async (folder: string) => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
};

describe("the HTTP server", () => {
  it("stores a body of 300 MiB in constant memory", { timeout: 120_000 }, async () => {
    await using service = await createTestService();
    await using server = await startTestServer(service);
    const chunk = Buffer.alloc(1024 * 1024, 7);
    let peakBytes = 0;
    function* body() {
      for (let i = 0; i < 300; i++) {
        peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
        yield chunk;
      }
    }
    const before = process.memoryUsage.rss();
    const response = await fetch(`${server.url}/v1/jobs`, {
      method: "POST",
      body: Readable.toWeb(Readable.from(body())) as ReadableStream,
      duplex: "half",
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ source: { size: 300 * 1024 * 1024 } });
    expect(peakBytes - before).toBeLessThan(150 * 1024 * 1024);
  });

  it("sends a file of 300 MiB in constant memory, and lets go of one that nobody reads to its end", async () => {
    await using service = await createTestService();
    await using server = await startTestServer(service);
    await addFinishedJob(service, "job-1", { "other/big.bin": "x" });
    const bytes = 300 * 1024 * 1024;
    await truncate(join(service.folder, "results", "job-1", "other", "big.bin"), bytes);
    const address = `${server.url}/v1/jobs/job-1/files/other/big.bin`;
    const before = process.memoryUsage.rss();
    let received = 0;
    let peakBytes = 0;
    for await (const chunk of (await fetch(address)).body ?? []) {
      received += chunk.length;
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    }
    expect(received).toBe(bytes);
    expect(peakBytes - before).toBeLessThan(150 * 1024 * 1024);
    await (await fetch(address)).body?.cancel();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it.each(["content-length: 1000000", "transfer-encoding: chunked"])(
    "keeps no object and no job that looks alive when the client goes away in the middle (%s)",
    async (framing) => {
      await using service = await createTestService();
      await using server = await startTestServer(service);
      const socket = connect(server.port, "127.0.0.1");
      socket.write(`POST /v1/jobs HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\n${framing}\r\n\r\n`);
      // More than the store gathers before it opens a file.
      socket.write(`a0000\r\n${"x".repeat(0xa0000)}\r\n`);
      await waitUntil(async () => (await filesBelow(service.folder)).length === 1);
      socket.destroy();
      await waitUntil(async () => (await filesBelow(service.folder)).length === 0);
      const statuses = async () =>
        (await service.deps.jobs.list({ owner: "local", limit: 10 })).jobs.map(({ status }) => status);
      await waitUntil(async () => (await statuses())[0] !== "awaiting_upload");
      expect(await statuses()).toEqual(["expired"]);
      expect(service.announced).toEqual([]);
    },
  );

  it("answers a request whose address cannot be read with a problem document", async () => {
    await using service = await createTestService();
    await using server = await startTestServer(service);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, "127.0.0.1");
      socket.setEncoding("utf8").once("data", resolve);
      socket.write("GET / HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n");
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 .*application\/problem\+json.*"code":"api\/request-invalid"/s);
  });
});

describe("the door of a service on loopback", () => {
  const send = (port: number, method: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const request = httpRequest({ host: "127.0.0.1", port, method, path: "/v1/jobs", headers });
      request.on("error", reject);
      request.on("response", (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.end(method === "POST" ? "HU01" : undefined);
    });

  it.each([
    ["a name that DNS made point here", "GET", { host: "evil.example" }, 403],
    ["a page of another site that posts", "POST", { origin: "https://evil.example" }, 403],
    ["a page of another port that posts", "POST", { "sec-fetch-site": "same-site" }, 403],
    ["a sandboxed page that posts", "POST", { origin: "null" }, 403],
    ["a link of another site that is followed", "GET", { "sec-fetch-site": "cross-site" }, 200],
    ["a command that posts", "POST", {}, 202],
  ] as const)("meets %s", async (_who, method, headers, status) => {
    await using service = await createTestService();
    await using server = await startTestServer(service);
    expect(await send(server.port, method, headers)).toBe(status);
  });

  it("answers to localhost as well as to its address", async () => {
    await using service = await createTestService();
    await using server = await startTestServer(service);
    expect(await send(server.port, "GET", { host: `localhost:${server.port}` })).toBe(200);
  });
});
