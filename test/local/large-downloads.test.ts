import { open } from "node:fs/promises";
import { join } from "node:path";
import { v7 } from "uuid";
import { describe, expect, it } from "vitest";
import { startHttpServer } from "../../functions/local/http-server.ts";
import { addFinishedJob, createTestService } from "../api/test-service.ts";

const MEBIBYTE = 1024 ** 2;
const SIZE = 2048 * MEBIBYTE;
const ZIPPED_SIZE = 512 * MEBIBYTE;
/** What is in memory at once, of a hundredfold. */
const MAX_GROWTH_BYTES = 150 * MEBIBYTE;

/** A service over HTTP whose job has one large file that takes no room on the disk: holes, and a word now and then. */
async function startService(size: number) {
  const service = await createTestService();
  await addFinishedJob(service, "job-1", { "other/000001-big.bin": "x" });
  const file = await open(join(service.folder, "results", "job-1", "other", "000001-big.bin"), "r+");
  await file.truncate(size);
  for (let at = 0; at < size; at += 256 * MEBIBYTE) await file.write(`at ${at};`, at);
  await file.close();
  const options = { host: "127.0.0.1", port: 0, newId: v7, token: null };
  const server = await startHttpServer({ ...options, fetch: service.app.fetch });
  return {
    job: `${server.url}/v1/jobs/job-1`,
    [Symbol.asyncDispose]: async () => {
      await server.close(0);
      await service[Symbol.asyncDispose]();
    },
  };
}

/** Counts what comes, and gives it up after so many bytes. @returns the bytes, and by how much this process grew */
async function receive(response: Response, atMost = Number.POSITIVE_INFINITY) {
  const before = process.memoryUsage.rss();
  let bytes = 0;
  let peak = before;
  const words: string[] = [];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    peak = Math.max(peak, process.memoryUsage.rss());
    const word = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).indexOf("at ");
    if (word >= 0) words.push(Buffer.from(chunk).toString("latin1", word).split(";")[0] ?? "");
    if (bytes >= atMost) break;
  }
  return { bytes, growth: peak - before, words };
}

describe("a large file", { timeout: 300_000 }, () => {
  it("of 2 GiB is sent in constant memory, and goes on where a download broke off", async () => {
    await using service = await startService(SIZE);
    const address = `${service.job}/files/other/000001-big.bin`;
    const whole = await fetch(address);
    expect(whole.headers.get("content-length")).toBe(String(SIZE));
    const first = await receive(whole, 700 * MEBIBYTE);
    const headers = { range: `bytes=${first.bytes}-`, "if-range": whole.headers.get("etag") ?? "" };
    const rest = await fetch(address, { headers });
    expect([rest.status, rest.headers.get("content-range")]).toEqual([206, `bytes ${first.bytes}-${SIZE - 1}/${SIZE}`]);
    const second = await receive(rest);
    expect(first.bytes + second.bytes).toBe(SIZE);
    const words = Array.from({ length: 8 }, (_, index) => `at ${index * 256 * MEBIBYTE}`);
    expect([...first.words, ...second.words]).toEqual(words);
    expect(Math.max(first.growth, second.growth)).toBeLessThan(MAX_GROWTH_BYTES);
  });

  it("goes into archive.zip in constant memory", async () => {
    await using service = await startService(ZIPPED_SIZE);
    const { bytes, growth } = await receive(await fetch(`${service.job}/archive.zip`));
    // Deflate shrinks nothing more than 1032 times.
    expect(bytes).toBeGreaterThan(ZIPPED_SIZE / 1032);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
