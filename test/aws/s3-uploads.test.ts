import { createHash } from "node:crypto";
import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UploadView } from "../../functions/api/uploads/upload-contract.ts";
import type { UploadJob } from "../../functions/api/uploads/upload-targets.ts";
import { createS3Uploads } from "../../functions/aws/s3-uploads.ts";
import { createS3ObjectStore } from "../../functions/stores/s3-object-store.ts";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import type { Job } from "../../shared/job.ts";
import { createTestService, type TestService } from "../api/test-service.ts";
import type { S3Emulator } from "../support/emulators.ts";
import { startStrictS3 } from "../support/strict-s3.ts";

const BYTES = Buffer.from("HU01 bytes");
const SHA256 = createHash("sha256").update(BYTES).digest();
const MEBIBYTE = 1024 ** 2;

let s3: S3Emulator;
beforeAll(async () => {
  s3 = await startStrictS3();
});
afterAll(() => s3.stop());

/** The API over S3. Signatures count from now on, so its clock goes. */
async function startService() {
  const bucket = await s3.makeBucket();
  const sources = createS3ObjectStore({ client: s3.client, bucket });
  const uploads = createS3Uploads(s3.client, bucket);
  const service = await createTestService(() => ({ sources, uploads, now: () => new Date() }));
  const pending = async () => {
    const listed = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return (listed.Uploads ?? []).length;
  };
  return { service, sources, pending };
}

async function ask(service: TestService, method: string, path: string, body?: object) {
  const headers = { "content-type": "application/json" };
  const response = await service.app.request(path, { method, headers, body: body && JSON.stringify(body) });
  return (await response.json()) as { id: string; status: string; code?: string; upload: UploadView } & UploadView;
}

/** Changes what was announced of an upload. */
async function shorten({ deps }: TestService, id: string, sizes: readonly number[]): Promise<UploadJob> {
  const job = (await deps.jobs.get(id)) as UploadJob;
  const size = sizes.reduce((sum, bytes) => sum + bytes);
  const changed = { ...job, version: job.version + 1, upload: { ...job.upload, size } };
  await deps.jobs.update(changed);
  return changed;
}

const put = (url: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(url, { method: "PUT", headers, body: new Uint8Array(body) });

describe("an upload to S3", () => {
  it("has one link, bound for 15 minutes to key, size, SHA-256 and to there being nothing yet", async () => {
    const { service } = await startService();
    await using _ = service;
    const { id, upload } = await ask(service, "POST", "/v1/jobs", {
      filename: "a.hu01",
      size: BYTES.length,
      sha256: SHA256.toString("hex"),
    });
    const url = new URL(upload.url ?? "");
    expect(url.pathname).toMatch(new RegExp(`/uploads/${id}/a\\.hu01$`));
    expect(url.searchParams.get("X-Amz-Expires")).toBe("900");
    expect(url.searchParams.get("X-Amz-SignedHeaders")?.split(";")).toEqual([
      "content-length",
      "host",
      "if-none-match",
      "x-amz-checksum-sha256",
    ]);
    // Of a body that nobody has seen yet.
    expect(url.search).not.toMatch(/crc32/iu);
    expect(upload.headers).toEqual({ "if-none-match": "*", "x-amz-checksum-sha256": SHA256.toString("base64") });
  });

  it("signs no size and no hash that were not told", async () => {
    const { service } = await startService();
    await using _ = service;
    const { upload } = await ask(service, "POST", "/v1/jobs", { filename: "a" });
    const url = new URL(upload.parts?.[0]?.url ?? "");
    expect(url.searchParams.get("X-Amz-SignedHeaders")).toBe("host");
    expect(url.searchParams.get("partNumber")).toBe("1");
  });

  it("is queued by whoever says that it has been sent, without reading it", async () => {
    const { service, sources } = await startService();
    await using _ = service;
    const { id, upload } = await ask(service, "POST", "/v1/jobs", { filename: "a", size: BYTES.length });
    const complete = () => ask(service, "POST", `/v1/jobs/${id}/upload/complete`, {});
    expect(await complete()).toMatchObject({ code: "api/upload-incomplete" });
    expect((await put(upload.url ?? "", BYTES, upload.headers)).status).toBe(200);
    expect(await complete()).toMatchObject({ status: "queued", source: { size: BYTES.length } });
    const job = await service.deps.jobs.get(id);
    expect(job?.source.etag).toBe((await sources.head(job?.source.key ?? ""))?.etag);
  });

  it.each([
    ["fewer bytes", Buffer.from("HU01"), (headers: Record<string, string>) => headers, 403],
    ["other bytes", Buffer.from("HU01 BYTES"), (headers: Record<string, string>) => headers, 400],
    ["bytes without their hash", BYTES, () => ({ "if-none-match": "*" }), 403],
    ["bytes that may replace others", BYTES, ({ "if-none-match": _, ...rest }: Record<string, string>) => rest, 403],
  ])("takes no %s", async (_name, bytes, change, status) => {
    const { service } = await startService();
    await using _ = service;
    const sha256 = SHA256.toString("hex");
    const { upload } = await ask(service, "POST", "/v1/jobs", { filename: "a", size: BYTES.length, sha256 });
    expect((await put(upload.url ?? "", bytes, change(upload.headers))).status).toBe(status);
    expect((await put(upload.url ?? "", BYTES, upload.headers)).status).toBe(200);
    expect((await put(upload.url ?? "", BYTES, upload.headers)).status).toBe(412);
  });

  it("that has another size than announced is not queued", async () => {
    const { service, sources } = await startService();
    await using _ = service;
    const { id } = await ask(service, "POST", "/v1/jobs", { filename: "a", size: BYTES.length });
    const { source } = (await service.deps.jobs.get(id)) as Job;
    await sources.write(source.key, [Buffer.from("HU01")]);
    expect(await ask(service, "POST", `/v1/jobs/${id}/upload/complete`, {})).toMatchObject({
      code: "jobs/upload-mismatch",
    });
  });
});

describe("an upload to S3 in parts", () => {
  const size = 100_000_001;

  it("becomes one object once all parts are there; each may be sent again", { timeout: 60_000 }, async () => {
    const { service, sources, pending } = await startService();
    await using _ = service;
    const { id, upload } = await ask(service, "POST", "/v1/jobs", { filename: "a", size });
    const hash = createHash("sha256");
    const parts: { part: number; etag: string }[] = [];
    const link = new URL(upload.parts?.[0]?.url ?? "");
    expect(link.searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;host");
    // fauxqs takes bodies up to 11 MiB, so the parts are shorter here than planned.
    const sizes = [5 * MEBIBYTE, 5 * MEBIBYTE, 7];
    const job = await shorten(service, id, sizes);
    const linkOf = (part: number, bytes: number) =>
      service.deps.uploads.linkTo(job, { part, bytes }, { now: new Date(), seconds: 900, origin: "" });
    for (const [index, bytes] of sizes.entries()) {
      const body = Buffer.alloc(bytes, index + 1);
      hash.update(body);
      const url = await linkOf(index + 1, bytes);
      expect((await put(url, body.subarray(1))).status).toBe(403);
      await put(url, Buffer.alloc(bytes));
      const sent = await put(url, body);
      parts.push({ part: index + 1, etag: sent.headers.get("etag") ?? "" });
    }
    const complete = (named: object[]) => ask(service, "POST", `/v1/jobs/${id}/upload/complete`, { parts: named });
    expect(await complete(parts.slice(1))).toMatchObject({ code: "api/upload-incomplete" });
    expect(await complete(parts.slice(0, 2))).toMatchObject({ code: "api/upload-incomplete" });
    expect(await complete(parts)).toMatchObject({ status: "queued" });
    expect(await complete(parts)).toMatchObject({ status: "queued" });
    const whole = await collectBytes(sources.read(job.source.key));
    expect(createHash("sha256").update(whole).digest("hex")).toBe(hash.digest("hex"));
    expect(await pending()).toBe(0);
  });

  it("leaves no parts when it is given up", async () => {
    const { service, sources, pending } = await startService();
    await using _ = service;
    const { id } = await ask(service, "POST", "/v1/jobs", { filename: "a", size });
    await shorten(service, id, [100]);
    await put((await ask(service, "GET", `/v1/jobs/${id}/upload`)).parts?.[0]?.url ?? "", Buffer.alloc(100));
    expect(await pending()).toBe(1);
    expect(await ask(service, "GET", `/v1/jobs/${id}/upload`)).toMatchObject({ received: [{ part: 1, bytes: 100 }] });
    expect(await ask(service, "DELETE", `/v1/jobs/${id}/upload`)).toMatchObject({ status: "canceled" });
    expect(await pending()).toBe(0);
    for await (const facts of sources.list("")) expect(facts).toBeUndefined();
  });

  it("that S3 does not take, because a part in the middle is too short, can be mended", async () => {
    const { service } = await startService();
    await using _ = service;
    const { id, upload } = await ask(service, "POST", "/v1/jobs", { filename: "a" });
    const parts = [];
    for (const { part, url } of upload.parts?.slice(0, 2) ?? []) {
      parts.push({ part, etag: (await put(url, BYTES)).headers.get("etag") ?? "" });
    }
    const answer = await ask(service, "POST", `/v1/jobs/${id}/upload/complete`, { parts });
    expect(answer).toMatchObject({ code: "api/upload-incomplete" });
  });
});
