import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { JobView } from "../../../functions/api/jobs/job-contract.ts";
import { collectBytes } from "../../../shared/bytes/byte-source.ts";
import { StoreError } from "../../../shared/errors.ts";
import { claimJob, enqueueJob } from "../../../shared/job.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";
import { createTestService, type TestService } from "../test-service.ts";

const post = (service: TestService, url: string, init: RequestInit) =>
  service.app.request(url, { method: "POST", body: "HU01 bytes", ...init });

async function expectNothingKept(service: TestService, { jobs: statuses = [] as string[] } = {}): Promise<void> {
  const { jobs } = await service.deps.jobs.list({ owner: "local", limit: 10 });
  expect(jobs.map(({ status }) => status)).toEqual(statuses);
  expect(service.announced).toEqual([]);
  const entries = await readdir(service.folder, { recursive: true, withFileTypes: true });
  expect(entries.filter((entry) => entry.isFile())).toEqual([]);
}

describe("POST /v1/jobs", () => {
  it("stores the bytes, queues a job with its options, and announces the object", async () => {
    await using service = await createTestService();
    const response = await post(service, "/v1/jobs?filename=mail.hu01&carve=true", {});
    const view = (await response.json()) as JobView;
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`/v1/jobs/${view.id}`);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(view).toMatchObject({
      status: "queued",
      source: { filename: "mail.hu01", size: 10 },
      options: { carve: true },
    });
    const [facts] = service.announced;
    expect(facts?.key).toBe(`uploads/${view.id}/mail.hu01`);
    const stored = await collectBytes(service.deps.sources.read(facts?.key ?? ""));
    expect(Buffer.from(stored).toString()).toBe("HU01 bytes");
    expect(await service.deps.jobs.get(view.id)).toMatchObject({ source: { key: facts?.key, etag: facts?.etag } });
  });

  it.each([
    ["the query", "?filename=a%20b.hu01", {}, "a b.hu01"],
    ["Content-Disposition", "", { "content-disposition": 'attachment; filename="a b.hu01"' }, "a b.hu01"],
    ["its encoded form", "", { "content-disposition": "attachment; filename*=UTF-8''%e2%98%95.hu01" }, "☕.hu01"],
    ["the query before the header", "?filename=q.hu01", { "content-disposition": "inline; filename=h" }, "q.hu01"],
    ["nowhere", "", {}, "archive.hu01"],
  ])("takes the name from %s", async (_from, query, headers, filename) => {
    await using service = await createTestService();
    const response = await post(service, `/v1/jobs${query}`, { headers });
    expect(await response.json()).toMatchObject({ source: { filename } });
  });

  it.each([
    "../../etc/passwd",
    "C:\\a\\..\\b",
    "a\u0000b",
    "a\r\nb",
    "\u202egnp.exe",
    "..",
    ".",
    "💾".repeat(200),
    " ",
    "CON",
  ])("keeps the object in the job's own folder when the name is %j", async (filename) => {
    await using service = await createTestService();
    const response = await post(service, `/v1/jobs?filename=${encodeURIComponent(filename)}`, {});
    const view = (await response.json()) as JobView;
    expect(response.status).toBe(202);
    expect(service.announced[0]?.key).toMatch(new RegExp(`^uploads/${view.id}/[A-Za-z0-9][A-Za-z0-9._-]*$`));
    expect(view.source.filename).not.toMatch(/[\p{Cc}\u202e/\\]/u);
  });

  it("takes every option of the conversion", async () => {
    await using service = await createTestService();
    const query = "vcardVersion=4.0&outlookXMs=true&clip=setpos&keepSource=false&defaultTimeZone=Europe/Berlin";
    const view = (await (await post(service, `/v1/jobs?${query}`, {})).json()) as JobView;
    const chosen = { vcardVersion: "4.0", outlookXMs: true, clip: "setpos", defaultTimeZone: "Europe/Berlin" };
    expect(view.options).toEqual({ ...DEFAULT_OPTIONS, ...chosen });
    for (const wrong of ["vcardVersion=2.1", "outlookXMs=yes", "clip=", "pack=none"]) {
      expect((await post(service, `/v1/jobs?${wrong}`, {})).status).toBe(400);
    }
  });

  it("takes what curl sends without being told a type", async () => {
    await using service = await createTestService();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await post(service, "/v1/jobs", { headers })).status).toBe(202);
  });

  it.each([{ "content-type": "multipart/form-data; boundary=b" }, { "content-encoding": "gzip" }])(
    "refuses a body that wraps the file: %j",
    async (headers) => {
      await using service = await createTestService();
      const response = await post(service, "/v1/jobs", { headers });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ code: "api/media-type-unsupported" });
      await expectNothingKept(service);
    },
  );

  it.each(["", null])("refuses a body of nothing (%j)", async (body) => {
    await using service = await createTestService();
    const response = await post(service, "/v1/jobs", { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "payload/empty" });
    await expectNothingKept(service);
  });

  it("keeps nothing of a body that breaks off", async () => {
    await using service = await createTestService();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(100)),
      pull: (controller) => controller.error(new Error("reset")),
    });
    const response = await post(service, "/v1/jobs", { body, duplex: "half" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "api/upload-interrupted" });
    await expectNothingKept(service, { jobs: ["expired"] });
  });

  it("keeps nothing of a body that is shorter than it said", async () => {
    await using service = await createTestService();
    const response = await post(service, "/v1/jobs", { headers: { "content-length": "11" } });
    expect(await response.json()).toMatchObject({ status: 400, code: "api/upload-interrupted" });
    await expectNothingKept(service, { jobs: ["expired"] });
  });

  it("keeps no object when the record cannot be written", async () => {
    const fail = () => Promise.reject(new StoreError("stores/write-failed"));
    await using service = await createTestService(({ jobs }) => ({
      jobs: {
        create: fail,
        get: (id) => jobs.get(id),
        update: fail,
        list: (query) => jobs.list(query),
        delete: (id) => jobs.delete(id),
      },
    }));
    expect((await post(service, "/v1/jobs", {})).status).toBe(503);
    await expectNothingKept(service);
  });

  it("keeps no object when the record cannot be written once the object is there", async () => {
    let isFirst = true;
    await using service = await createTestService(({ jobs }) => ({
      jobs: {
        create: (job) => jobs.create(job),
        get: (id) => jobs.get(id),
        list: (query) => jobs.list(query),
        delete: (id) => jobs.delete(id),
        update: async (job) => {
          if (!isFirst) return await jobs.update(job);
          isFirst = false;
          throw new StoreError("stores/write-failed");
        },
      },
    }));
    expect((await post(service, "/v1/jobs", {})).status).toBe(503);
    await expectNothingKept(service, { jobs: ["expired"] });
  });

  it("answers with the job as it is when the home has heard of the object first", async () => {
    await using service = await createTestService(({ jobs, now, sources }) => ({
      sources: {
        head: (key) => sources.head(key),
        read: (key) => sources.read(key),
        list: (prefix) => sources.list(prefix),
        delete: (key) => sources.delete(key),
        write: async (key, content) => {
          const facts = await sources.write(key, content);
          const job = await jobs.get(key.split("/")[1] ?? "");
          if (job === null) throw new Error("the object came before its record");
          const queued = enqueueJob(job, { ...job.source, size: facts.size, etag: facts.etag }, now());
          await jobs.update(queued);
          await jobs.update(claimJob(queued, { worker: "w", leaseMillis: 1000 }, now()));
          return facts;
        },
      },
    }));
    const response = await post(service, "/v1/jobs", {});
    expect([response.status, await response.json()]).toMatchObject([202, { status: "running", attempt: 1 }]);
  });
});

describe("a home that bounds what one request brings", () => {
  const bodyLimit = { maxBytes: 8, instead: "Put it into the bucket uploads under inbox/." };

  it.each([
    ["announces", { "content-length": "9" }],
    ["brings", {}],
  ])("refuses a body that %s more, says what to do instead, and keeps nothing", async (_, headers) => {
    await using service = await createTestService(() => ({ bodyLimit }));
    const response = await service.app.request("/v1/jobs", { method: "POST", headers, body: "HU01HU01!" });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      code: "api/payload-too-large",
      detail: expect.stringContaining("at most 8. Put it into the bucket uploads under inbox/."),
    });
    expect(service.announced).toEqual([]);
    expect((await service.deps.jobs.list({ owner: "local", status: "queued", limit: 10 })).jobs).toEqual([]);
  });

  it("takes a body of just that size", async () => {
    await using service = await createTestService(() => ({ bodyLimit }));
    const response = await service.app.request("/v1/jobs", { method: "POST", body: "HU01HU01" });
    expect(response.status).toBe(202);
  });
});

describe("the owner of an upload", () => {
  it("is who the home says that asks, and nobody else sees it", async () => {
    await using service = await createTestService(() => ({
      principalOf: (bindings) => ({ owner: (bindings as { principal: string }).principal, isAdmin: false }),
    }));
    const asking = (principal: string) => (path: string, init?: RequestInit) =>
      service.app.request(path, init, { principal });
    const [anna, berta] = [asking("anna"), asking("berta")];
    const stored = await anna("/v1/jobs", { method: "POST", body: "HU01", headers: { "x-owner": "berta" } });
    const path = stored.headers.get("location") ?? "";
    expect((await anna(path)).status).toBe(200);
    expect([(await berta(path)).status, (await berta(`${path}/files`)).status]).toEqual([404, 404]);
    expect(await (await berta("/v1/jobs")).json()).toMatchObject({ jobs: [] });
    expect(await (await anna("/v1/jobs")).json()).toMatchObject({ jobs: [{ status: "queued" }] });
    expect(await (await berta("/")).text()).not.toContain(path);
  });
});
