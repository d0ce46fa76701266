import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { BackfillView } from "../../functions/api/backfills/backfill-contract.ts";
import type { FileView } from "../../functions/api/files/file-contract.ts";
import type { JobView } from "../../functions/api/jobs/job-contract.ts";
import { openDataFolder } from "../../functions/local/data-folder.ts";
import { type ServiceOptions, startService } from "../../functions/local/service.ts";
import { createLog } from "../../functions/log.ts";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { claimJob, createJob, type Job } from "../../shared/job.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./run-cli.ts";

const MESSAGE = makeMessage({ seed: 7, subject: "Tea" });
const ARCHIVE = makeArchive(MESSAGE);

async function start(folder: TemporaryFolder, options: Partial<ServiceOptions> = {}) {
  const data = await openDataFolder(join(folder.path, "data"));
  const service = await startService({
    data,
    host: "127.0.0.1",
    port: 0,
    log: createLog(() => undefined),
    settleMillis: 20,
    token: null,
    ...options,
  });
  const getJson = async <T>(path: string): Promise<T> => (await (await fetch(service.url + path)).json()) as T;
  const listJobs = async () => (await getJson<{ jobs: JobView[] }>("/v1/jobs")).jobs;
  return {
    ...service,
    data,
    listJobs,
    listFiles: async (job: JobView) => (await getJson<{ files: FileView[] }>(job.links.files)).files,
    startBackfill: async (request: object) => {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(request) };
      return (await (await fetch(`${service.url}/v1/backfills`, init)).json()) as BackfillView;
    },
    endedBackfill: async (path: string) => {
      for (;;) {
        const backfill = await getJson<BackfillView>(path);
        if (backfill.finishedAt !== null) return backfill;
        await sleep(10);
      }
    },
    endedJobs: async (count: number) => {
      for (;;) {
        const ended = (await listJobs()).filter((job) => job.finishedAt !== null);
        if (ended.length >= count) return ended;
        await sleep(10);
      }
    },
    [Symbol.asyncDispose]: () => service.close(5000),
  };
}

/** Leaves a record in a data folder, and its archive, as a process that died would. */
async function leave(folder: TemporaryFolder, change: (job: Job) => Job, { withSource = true } = {}): Promise<void> {
  const data = await openDataFolder(join(folder.path, "data"));
  const key = "uploads/left-1/a.hu01";
  const sources = createDirectoryObjectStore(data.root);
  const facts = withSource ? await sources.write(key, [ARCHIVE]) : null;
  const source = { key, filename: "a.hu01", size: facts?.size ?? null, etag: facts?.etag ?? null };
  const facets = {
    id: "left-1",
    owner: "local",
    status: "queued" as const,
    source,
    options: { ...DEFAULT_OPTIONS, carve: false },
  };
  using jobs = createSqliteJobStore(data.jobs);
  await jobs.create(change(createJob(facets, new Date())));
}

describe("the local service", () => {
  it("converts what is put into the inbox, and serves the files of the result", async () => {
    await using folder = await makeTemporaryFolder();
    await using service = await start(folder);
    await writeFile(join(service.data.inbox, "a.hu01"), ARCHIVE);
    const [job] = await service.endedJobs(1);
    expect(job).toMatchObject({
      status: "succeeded",
      attempt: 1,
      source: { filename: "a.hu01", size: ARCHIVE.length },
    });
    const files = job === undefined ? [] : await service.listFiles(job);
    const mail = files.find(({ mediaType }) => mediaType === "message/rfc822");
    const bytes = await (await fetch(service.url + mail?.url)).arrayBuffer();
    expect(Buffer.from(bytes).equals(MESSAGE)).toBe(true);
  });

  it.skipIf(process.platform === "win32")("keeps its data from other people of the machine", async () => {
    await using folder = await makeTemporaryFolder();
    await using service = await start(folder);
    expect((await stat(service.data.root)).mode & 0o077).toBe(0);
  });

  it("converts what is uploaded, with its options", async () => {
    await using folder = await makeTemporaryFolder();
    await using service = await start(folder);
    const body = Buffer.concat([Buffer.alloc(500, "?"), ARCHIVE]);
    const plain = await fetch(`${service.url}/v1/jobs?filename=plain.bin`, { method: "POST", body });
    const carved = await fetch(`${service.url}/v1/jobs?filename=carved.bin&carve=true`, { method: "POST", body });
    expect([plain.status, carved.status]).toEqual([202, 202]);
    await service.endedJobs(2);
    const follow = async (response: Response) => (await fetch(service.url + response.headers.get("location"))).json();
    expect(await follow(plain)).toMatchObject({ status: "failed", error: { code: "payload/unrecognised" } });
    expect(await follow(carved)).toMatchObject({ progress: { items: { mail: 1 } }, error: null });
  });

  it("does not convert a file of the inbox again after a restart, unless it was replaced", async () => {
    await using folder = await makeTemporaryFolder();
    {
      await using service = await start(folder);
      await writeFile(join(service.data.inbox, "a.hu01"), ARCHIVE);
      await service.endedJobs(1);
    }
    await using service = await start(folder);
    await writeFile(join(service.data.inbox, "b.hu01"), ARCHIVE);
    const jobs = await service.endedJobs(2);
    await sleep(200);
    expect((await service.listJobs()).map(({ source }) => source.filename).sort()).toEqual(["a.hu01", "b.hu01"]);
    expect(jobs.every(({ attempt }) => attempt === 1)).toBe(true);
    await writeFile(join(service.data.inbox, "a.hu01"), Buffer.concat([ARCHIVE, ARCHIVE]));
    await service.endedJobs(3);
  });

  it("announces what lies in the inbox again, and converts nothing twice", async () => {
    await using folder = await makeTemporaryFolder();
    await using service = await start(folder);
    await writeFile(join(service.data.inbox, "a.hu01"), ARCHIVE);
    await writeFile(join(service.data.inbox, "b.eml"), MESSAGE);
    await service.endedJobs(2);
    const { links } = await service.startBackfill({ suffix: ".HU01" });
    expect(await service.endedBackfill(links.self)).toMatchObject({
      status: "succeeded",
      request: { prefix: "inbox/", suffix: ".HU01" },
      objects: { total: 2, done: 2, failed: 0 },
    });
    await sleep(200);
    expect((await service.listJobs()).map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  it("takes up a job that nobody has begun", async () => {
    await using folder = await makeTemporaryFolder();
    await leave(folder, (job) => job);
    await using service = await start(folder);
    expect(await service.endedJobs(1)).toMatchObject([{ id: "left-1", status: "succeeded", attempt: 1 }]);
  });

  it("takes over a running job once the lease of its dead worker is over", async () => {
    await using folder = await makeTemporaryFolder();
    const leaseMillis = 600;
    await leave(folder, (job) => ({ ...claimJob(job, { worker: "dead", leaseMillis }, new Date()), version: 1 }));
    await using service = await start(folder);
    expect(await service.listJobs()).toMatchObject([{ status: "running" }]);
    expect(await service.endedJobs(1)).toMatchObject([{ id: "left-1", status: "succeeded", attempt: 2 }]);
  });

  it("fails a job that waits for a source which is gone", async () => {
    await using folder = await makeTemporaryFolder();
    await leave(folder, (job) => job, { withSource: false });
    await using service = await start(folder);
    expect(await service.endedJobs(1)).toMatchObject([{ status: "failed", error: { code: "stores/not-found" } }]);
  });

  it("ends a job whose upload broke off with the process, and converts one whose upload was complete", async () => {
    await using folder = await makeTemporaryFolder();
    await using other = await makeTemporaryFolder();
    await leave(folder, (job) => ({ ...job, status: "awaiting_upload" }), { withSource: false });
    await leave(other, (job) => ({ ...job, status: "awaiting_upload" }));
    await using broken = await start(folder);
    await using complete = await start(other);
    expect(await broken.endedJobs(1)).toMatchObject([{ status: "expired" }]);
    expect(await complete.endedJobs(1)).toMatchObject([{ status: "succeeded" }]);
  });

  it("removes what a process that died had half written, and nothing that may still grow", async () => {
    await using folder = await makeTemporaryFolder();
    const partials = join(folder.path, "data", ".partial");
    await mkdir(partials, { recursive: true });
    for (const name of ["old", "young"]) await writeFile(join(partials, name), "x");
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
    await utimes(join(partials, "old"), twoDaysAgo, twoDaysAgo);
    await openDataFolder(join(folder.path, "data"));
    expect(await readdir(partials)).toEqual(["young"]);
  });

  it("converts many uploads at once, none lost", async () => {
    await using folder = await makeTemporaryFolder();
    await using service = await start(folder);
    const upload = (_: unknown, i: number) =>
      fetch(`${service.url}/v1/jobs?filename=${i}.hu01`, { method: "POST", body: Buffer.from(ARCHIVE) });
    const responses = await Promise.all(Array.from({ length: 40 }, upload));
    expect(responses.every(({ status }) => status === 202)).toBe(true);
    const ended = await service.endedJobs(40);
    expect(ended.every(({ status }) => status === "succeeded")).toBe(true);
  });
});
