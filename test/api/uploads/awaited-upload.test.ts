import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { UploadView } from "../../../functions/api/uploads/upload-contract.ts";
import { collectBytes } from "../../../shared/bytes/byte-source.ts";
import type { Job } from "../../../shared/job.ts";
import { createTestService, type TestService } from "../test-service.ts";

const MEBIBYTE = 1024 ** 2;
const BYTES = "HU01 bytes";
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const LATER = (minutes: number) => () => new Date(Date.parse("2026-01-02T03:04:05.678Z") + minutes * 60_000);

interface Announced {
  readonly id: string;
  readonly status: string;
  readonly upload: UploadView;
}

const request = (service: TestService, url: string, init: RequestInit = {}) =>
  Promise.resolve(service.app.request(url, init));
const send = (service: TestService, url: string, body: string) => request(service, url, { method: "PUT", body });
const postJson = (service: TestService, url: string, body: unknown) =>
  request(service, url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

async function announce(service: TestService, body: object): Promise<Announced> {
  const response = await postJson(service, "/v1/jobs", body);
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json()) as Announced;
}

const stored = async ({ deps }: TestService, id: string) => (await deps.jobs.get(id)) as Job;
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

async function filesOf(service: TestService): Promise<string[]> {
  const entries = await readdir(service.folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** An upload in two parts whose first one has come. */
async function sendFirstPart(service: TestService, size: number | undefined = 100_000_001, sha256?: string) {
  const job = await announce(service, { filename: "big.hu01", ...(size === undefined ? {} : { size }), sha256 });
  const bytes = Buffer.alloc(Math.min(job.upload.partBytes ?? 0, 16 * MEBIBYTE), 1);
  const sent = await request(service, job.upload.parts?.[0]?.url ?? "", { method: "PUT", body: bytes });
  expect(sent.status).toBe(200);
  return { job, etag: sent.headers.get("etag") ?? "" };
}

describe("POST /v1/jobs with a description", () => {
  it("gives a link for one PUT, which queues the job", async () => {
    await using service = await createTestService();
    const options = { carve: true };
    const { id, status, upload } = await announce(service, { filename: "a.hu01", size: 10, sha256: SHA256, options });
    expect([status, upload.mode, upload.parts]).toEqual(["awaiting_upload", "single", undefined]);
    expect(upload.expiresAt).toBe("2026-01-02T03:19:05.678Z");
    const sent = await send(service, upload.url ?? "", BYTES);
    expect([sent.status, sent.headers.get("etag")]).toEqual([200, expect.stringMatching(/^".+"$/u)]);
    const job = await stored(service, id);
    expect(job).toMatchObject({ status: "queued", source: { filename: "a.hu01", size: 10 }, options });
    expect(service.announced.map(({ key }) => key)).toEqual([`uploads/${id}/a.hu01`]);
    const bytes = await collectBytes(service.deps.sources.read(job.source.key));
    expect(Buffer.from(bytes).toString()).toBe(BYTES);
  });

  it.each([
    ["no name", { size: 10 }],
    ["no bytes", { filename: "a", size: 0 }],
    ["half a byte", { filename: "a", size: 1.5 }],
    ["a hash that is none", { filename: "a", size: 1, sha256: "00" }],
    ["an option that there is not", { filename: "a", size: 1, options: { colour: "red" } }],
    ["a field that there is not", { filename: "a", size: 1, owner: "eve" }],
    ["no object", []],
    ["no JSON", "{"],
  ])("refuses %s", async (_, body) => {
    await using service = await createTestService();
    expect(await codeOf(await postJson(service, "/v1/jobs", body))).toEqual([400, "api/request-invalid"]);
    expect((await service.deps.jobs.list({ owner: "local", limit: 1 })).jobs).toEqual([]);
  });

  it("refuses options that stand in the query, where they would be lost", async () => {
    await using service = await createTestService();
    const response = await postJson(service, "/v1/jobs?carve=true", { filename: "a", size: 1 });
    expect(await response.json()).toMatchObject({ status: 400, detail: expect.stringContaining("carve") });
  });

  it("refuses more than 50 GiB", async () => {
    await using service = await createTestService();
    const response = await postJson(service, "/v1/jobs", { filename: "a", size: 50 * 1024 ** 3 + 1 });
    expect(await codeOf(response)).toEqual([413, "api/payload-too-large"]);
  });

  it.each([
    [100_000_000, "single", undefined, undefined],
    [100_000_001, "multipart", 6, 100_000_001 - 5 * 16 * MEBIBYTE],
    [50 * 1024 ** 3, "multipart", 64, 57 * MEBIBYTE],
  ] as const)("plans %d bytes as %s", async (size, mode, links, lastBytes) => {
    await using service = await createTestService();
    const { upload } = await announce(service, { filename: "a", size });
    expect([upload.mode, upload.parts?.length, upload.parts?.at(-1)?.bytes]).toEqual([mode, links, lastBytes]);
    expect(upload.nextPart).toBe(links === undefined ? undefined : links === 64 ? 65 : null);
  });
});

describe("a link", () => {
  it.each([
    ["fewer bytes", "HU01 byte", 422, "jobs/upload-mismatch"],
    ["more bytes", "HU01 bytes!", 422, "jobs/upload-mismatch"],
    ["other bytes of that number", "HU01 BYTES", 422, "jobs/upload-mismatch"],
    ["no bytes", "", 400, "payload/empty"],
  ])("takes no %s, keeps nothing, and may be used again", async (_, body, status, code) => {
    await using service = await createTestService();
    const { id, upload } = await announce(service, { filename: "a", size: 10, sha256: SHA256 });
    expect(await codeOf(await send(service, upload.url ?? "", body))).toEqual([status, code]);
    expect([await filesOf(service), (await stored(service, id)).status]).toEqual([[], "awaiting_upload"]);
    expect((await send(service, upload.url ?? "", BYTES)).status).toBe(200);
  });

  it("does not replace a file that has come", async () => {
    await using service = await createTestService();
    const { id, upload } = await announce(service, { filename: "a", size: 10 });
    await send(service, upload.url ?? "", BYTES);
    expect(await codeOf(await send(service, upload.url ?? "", "HU01 other"))).toEqual([412, "api/already-uploaded"]);
    const bytes = await collectBytes(service.deps.sources.read((await stored(service, id)).source.key));
    expect(Buffer.from(bytes).toString()).toBe(BYTES);
  });

  it.each([
    ["another job", (url: URL) => url.pathname.replace(/jobs\/[^/]+/u, "jobs/other")],
    ["another part", (url: URL) => `${url.pathname}${url.search}&part=2`],
    ["a later end", (url: URL) => `${url.pathname}${url.search.replace("2026-01-02", "2026-01-03")}`],
    [
      "another signature",
      (url: URL) => `${url.pathname}${url.search.replace(/.(?=.{9}$)/u, (one) => (one === "A" ? "B" : "A"))}`,
    ],
  ])("is good for nothing but what it was given for: not for %s", async (_, change) => {
    await using service = await createTestService();
    const { upload } = await announce(service, { filename: "a", size: 10 });
    const url = new URL(upload.url ?? "");
    const changed = change(url);
    const address = changed.includes("?") ? changed : `${changed}${url.search}`;
    expect(await codeOf(await send(service, address, BYTES))).toEqual([403, "api/upload-link-invalid"]);
    expect(await filesOf(service)).toEqual([]);
  });

  it("ends after 15 minutes, and a new one is given", async () => {
    let clock = LATER(0);
    await using service = await createTestService(() => ({ now: () => clock() }));
    const { id, upload } = await announce(service, { filename: "a", size: 10 });
    clock = LATER(15);
    expect(await codeOf(await send(service, upload.url ?? "", BYTES))).toEqual([403, "api/upload-link-invalid"]);
    const renewed = (await (await request(service, `/v1/jobs/${id}/upload`)).json()) as UploadView;
    expect((await send(service, renewed.url ?? "", BYTES)).status).toBe(200);
  });
});

describe("an upload in parts", () => {
  it("joins them in their order, whatever order they came in, and removes them", async () => {
    await using service = await createTestService();
    const job = await announce(service, { filename: "a" });
    const [one, two] = job.upload.parts ?? [];
    const second = await send(service, two?.url ?? "", "world");
    await send(service, one?.url ?? "", "broken off");
    const first = await send(service, one?.url ?? "", "hello ");
    const parts = [
      { part: 2, etag: second.headers.get("etag") },
      { part: 1, etag: first.headers.get("etag") },
    ];
    const complete = () => postJson(service, `/v1/jobs/${job.id}/upload/complete`, { parts });
    expect(await (await complete()).json()).toMatchObject({ status: "queued", source: { size: 11 } });
    const { source } = await stored(service, job.id);
    expect(Buffer.from(await collectBytes(service.deps.sources.read(source.key))).toString()).toBe("hello world");
    expect(await filesOf(service)).toEqual(["a"]);
    expect([(await complete()).status, service.announced.length]).toEqual([202, 1]);
  });

  it("tells which have come, and gives links for the others", async () => {
    await using service = await createTestService();
    const { job, etag } = await sendFirstPart(service);
    const state = await (await request(service, `/v1/jobs/${job.id}/upload`)).json();
    expect(state).toMatchObject({
      mode: "multipart",
      received: [{ part: 1, bytes: 16 * MEBIBYTE, etag: etag.replaceAll('"', "") }],
      parts: [{ part: 2 }, { part: 3 }, { part: 4 }, { part: 5 }, { part: 6 }],
    });
    const later = await (await request(service, `/v1/jobs/${job.id}/upload?from=6`)).json();
    expect(later).toMatchObject({ parts: [{ part: 6 }], nextPart: null });
  });

  it.each([
    ["no part", () => [], 409, "api/upload-incomplete"],
    ["a part too few", (etag: string) => [{ part: 1, etag }], 409, "api/upload-incomplete"],
    ["a gap", (etag: string) => [{ part: 2, etag }], 409, "api/upload-incomplete"],
    ["a part with another etag", () => [{ part: 1, etag: '"x"' }], 409, "api/upload-incomplete"],
    ["a part twice", (etag: string) => [1, 1].map((part) => ({ part, etag })), 409, "api/upload-incomplete"],
  ])("is not completed with %s", async (_, name, status, code) => {
    await using service = await createTestService();
    const { job, etag } = await sendFirstPart(service);
    const response = await postJson(service, `/v1/jobs/${job.id}/upload/complete`, { parts: name(etag) });
    expect(await codeOf(response)).toEqual([status, code]);
    expect((await stored(service, job.id)).status).toBe("awaiting_upload");
  });

  it("is not completed with bytes of another hash", async () => {
    await using service = await createTestService();
    const job = await announce(service, { filename: "a", sha256: SHA256 });
    const sent = await send(service, job.upload.parts?.[0]?.url ?? "", "HU01 BYTES");
    const parts = [{ part: 1, etag: sent.headers.get("etag") }];
    const response = await postJson(service, `/v1/jobs/${job.id}/upload/complete`, { parts });
    expect(await codeOf(response)).toEqual([422, "jobs/upload-mismatch"]);
    expect(service.announced).toEqual([]);
  });

  it("leaves nothing when it is given up", async () => {
    await using service = await createTestService();
    const { job } = await sendFirstPart(service);
    const response = await request(service, `/v1/jobs/${job.id}/upload`, { method: "DELETE" });
    expect(await response.json()).toMatchObject({ status: "canceled" });
    expect(await filesOf(service)).toEqual([]);
    const late = await send(service, job.upload.parts?.[1]?.url ?? "", "late");
    expect(await codeOf(late)).toEqual([403, "api/upload-link-invalid"]);
    const complete = await postJson(service, `/v1/jobs/${job.id}/upload/complete`, {});
    expect(await codeOf(complete)).toEqual([409, "jobs/transition-invalid"]);
  });

  it("leaves no parts when its job is canceled", async () => {
    await using service = await createTestService();
    const { job } = await sendFirstPart(service);
    const response = await request(service, `/v1/jobs/${job.id}/cancel`, { method: "POST" });
    expect(await response.json()).toMatchObject({ status: "canceled" });
    expect(await filesOf(service)).toEqual([]);
  });

  it("is its owner's alone", async () => {
    let owner = "anna";
    await using service = await createTestService(() => ({ principalOf: () => ({ owner, isAdmin: false }) }));
    const { id } = await announce(service, { filename: "a", size: 10 });
    owner = "berta";
    const path = `/v1/jobs/${id}/upload`;
    const answers = [
      await request(service, path),
      await request(service, path, { method: "DELETE" }),
      await postJson(service, `${path}/complete`, {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});
