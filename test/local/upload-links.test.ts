import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { UploadView } from "../../functions/api/uploads/upload-contract.ts";
import { openDataFolder } from "../../functions/local/data-folder.ts";
import { startService } from "../../functions/local/service.ts";
import { createLog } from "../../functions/log.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";

const MEBIBYTE = 1024 ** 2;
const TOKEN = "0123456789012345678901234567890123456789012";

interface Announced {
  readonly id: string;
  readonly upload: UploadView;
}

/** The real service over a folder; started again it finds what was left. */
async function openFolder() {
  const root = await mkdtemp(join(tmpdir(), "hu01-links-"));
  const start = async (token: string | null = null) => {
    const data = await openDataFolder(root);
    const service = await startService({ data, host: "127.0.0.1", port: 0, log: createLog(() => undefined), token });
    return { ...service, [Symbol.asyncDispose]: () => service.close(0) };
  };
  const files = async (folder: string) => {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };
  return { root, start, files, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  const response = await fetch(url, { ...init, body: JSON.stringify(body) });
  expect(response.status, await response.clone().text()).toBeLessThan(300);
  return await response.json();
}

/** Sends so many bytes of one value, a MiB at a time. */
async function send(url: string, bytes: number, value: number): Promise<string> {
  const chunk = Buffer.alloc(MEBIBYTE, value);
  function* chunks() {
    for (let left = bytes; left > 0; left -= MEBIBYTE) yield chunk.subarray(0, Math.min(left, MEBIBYTE));
  }
  const response = await fetch(url, {
    method: "PUT",
    headers: { "content-length": String(bytes) },
    body: Readable.toWeb(Readable.from(chunks())) as ReadableStream,
    duplex: "half",
  });
  expect(response.status, await response.text()).toBe(200);
  return response.headers.get("etag") ?? "";
}

/** Sends the beginning of a part and goes away. */
function breakOff(url: string, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const request = httpRequest(url, { method: "PUT", headers: { "content-length": bytes } });
    request.on("error", () => resolve());
    request.write(Buffer.alloc(2 * MEBIBYTE, 9), () => request.destroy());
  });
}

async function ended(url: string, id: string): Promise<string> {
  for (;;) {
    const { status, finishedAt } = (await (await fetch(`${url}/v1/jobs/${id}`)).json()) as Record<string, string>;
    if (finishedAt !== null) return status ?? "";
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("the local service", () => {
  it("converts what is sent to its link", async () => {
    await using folder = await openFolder();
    await using service = await folder.start();
    const archive = makeArchive(makeMessage({ seed: 5 }));
    const sha256 = createHash("sha256").update(archive).digest("hex");
    const announced = { filename: "a.hu01", size: archive.length, sha256 };
    const { id, upload } = (await post(`${service.url}/v1/jobs`, announced)) as Announced;
    const sent = await fetch(upload.url ?? "", {
      method: "PUT",
      headers: upload.headers,
      body: new Uint8Array(archive),
    });
    expect(sent.status).toBe(200);
    expect(await ended(service.url, id)).toBe("succeeded");
  });

  it("lets whoever has a link send, and nobody else who knows no token", async () => {
    await using folder = await openFolder();
    await using service = await folder.start(TOKEN);
    const authorization = { authorization: `Bearer ${TOKEN}` };
    const { id, upload } = (await post(
      `${service.url}/v1/jobs`,
      { filename: "a", size: 4 },
      authorization,
    )) as Announced;
    expect((await fetch(`${service.url}/v1/jobs/${id}/upload`)).status).toBe(401);
    expect((await fetch(`${service.url}/v1/jobs/${id}/upload?signature=x`, { method: "PUT", body: "x" })).status).toBe(
      400,
    );
    const forged = (upload.url ?? "").replace(/.(?=.{9}$)/u, (one) => (one === "A" ? "B" : "A"));
    expect((await fetch(forged, { method: "PUT", body: "HU01" })).status).toBe(403);
    expect((await fetch(upload.url ?? "", { method: "PUT", body: "HU01" })).status).toBe(200);
  });

  it("takes 130 MB in parts in constant memory; one is sent again, after a restart too", {
    timeout: 120_000,
  }, async () => {
    const size = 130_000_000;
    await using folder = await openFolder();
    let peakBytes = 0;
    let before = 0;
    const watch = setInterval(() => {
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    }, 5);
    const hash = createHash("sha256");
    const etags: { part: number; etag: string }[] = [];
    let id = "";
    {
      await using service = await folder.start();
      const job = (await post(`${service.url}/v1/jobs`, { filename: "big.bin", size })) as Announced;
      id = job.id;
      const [first, second] = job.upload.parts ?? [];
      await send(first?.url ?? "", first?.bytes ?? 0, 200);
      // By now all code is loaded and all threads run.
      before = process.memoryUsage.rss();
      etags.push({ part: 1, etag: await send(first?.url ?? "", first?.bytes ?? 0, 1) });
      await breakOff(second?.url ?? "", second?.bytes ?? 0);
    }
    await using service = await folder.start();
    const state = (await (await fetch(`${service.url}/v1/jobs/${id}/upload`)).json()) as UploadView;
    expect(state).toMatchObject({ received: [{ part: 1 }], parts: { length: 7 } });
    for (const { part, bytes, url } of state.parts ?? []) etags.push({ part, etag: await send(url, bytes ?? 0, part) });
    const job = await post(`${service.url}/v1/jobs/${id}/upload/complete`, { parts: etags });
    clearInterval(watch);
    expect(job).toMatchObject({ source: { size } });
    expect(peakBytes - before).toBeLessThan(100 * MEBIBYTE);
    expect(await folder.files("parts")).toEqual([]);
    for (const { part } of etags)
      hash.update(Buffer.alloc(part === 8 ? size - 7 * 16 * MEBIBYTE : 16 * MEBIBYTE, part));
    const stored = createHash("sha256");
    for await (const chunk of createReadStream(join(folder.root, "uploads", id, "big.bin"))) stored.update(chunk);
    expect(stored.digest("hex")).toBe(hash.digest("hex"));
    // Noise is no archive.
    expect(await ended(service.url, id)).toBe("failed");
  });

  it("counts a large body with an Idempotency-Key once, in constant memory", { timeout: 120_000 }, async () => {
    await using folder = await openFolder();
    await using service = await folder.start();
    let peakBytes = 0;
    const before = process.memoryUsage.rss();
    const upload = (value: number) => {
      const chunk = Buffer.alloc(MEBIBYTE, value);
      function* chunks() {
        for (let index = 0; index < 200; index += 1) {
          peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
          yield chunk;
        }
      }
      return fetch(`${service.url}/v1/jobs`, {
        method: "POST",
        headers: { "idempotency-key": "once" },
        body: Readable.toWeb(Readable.from(chunks())) as ReadableStream,
        duplex: "half",
      });
    };
    const [first, again, other] = [await upload(1), await upload(1), await upload(2)];
    expect([first.status, again.status, other.status]).toEqual([202, 202, 422]);
    expect(await again.text()).toBe(await first.text());
    expect(peakBytes - before).toBeLessThan(150 * MEBIBYTE);
    expect(await folder.files("uploads")).toHaveLength(1);
  });

  it("ends at its start the uploads whose time is over, and keeps the others", async () => {
    await using folder = await openFolder();
    const ids: string[] = [];
    {
      await using service = await folder.start();
      for (const filename of ["over", "open"]) {
        const job = (await post(`${service.url}/v1/jobs`, { filename })) as Announced;
        await send(job.upload.parts?.[0]?.url ?? "", 10, 1);
        ids.push(job.id);
      }
    }
    expect(await folder.files("parts")).toHaveLength(2);
    const jobs = createSqliteJobStore(join(folder.root, "jobs.sqlite"));
    const over = await jobs.get(ids[0] ?? "");
    if (over?.upload == null) throw new Error("no upload");
    const upload = { ...over.upload, expiresAt: "2026-01-01T00:00:00.000Z" };
    expect(await jobs.update({ ...over, upload, version: over.version + 1 })).toBe(true);
    await using _service = await folder.start();
    const statuses = await Promise.all(ids.map(async (id) => (await jobs.get(id))?.status));
    jobs.close();
    expect(statuses).toEqual(["expired", "awaiting_upload"]);
    expect(await folder.files("parts")).toHaveLength(1);
  });
});
