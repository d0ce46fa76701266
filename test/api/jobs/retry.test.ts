import { describe, expect, it } from "vitest";
import type { JobView } from "../../../functions/api/jobs/job-contract.ts";
import { createRunJob } from "../../../functions/convert/run-job.ts";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { StoreError } from "../../../shared/errors.ts";
import type { ConvertOptions } from "../../../shared/options.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";
import { contentOf, makeSampleArchive } from "../../support/workplace.ts";
import { wrapObjectStore } from "../../support/wrap-object-store.ts";
import { addConvertedJob } from "../converted-job.ts";
import { addJob, createTestService, type TestService } from "../test-service.ts";

/** Three messages, the second one with a block that is damaged. */
const PARTLY = concatBytes(
  [1, 2, 3].map((seed) => {
    const archive = makeArchive(makeMessage({ seed, textBytes: 3_000 }), { blockBytes: 1_000, stored: true });
    if (seed === 2) archive[40 + 1_020 + 500] = (archive[40 + 1_020 + 500] ?? 0) ^ 1;
    return archive;
  }),
);

async function retry({ app }: TestService, id: string, body?: object) {
  const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await app.request(`/v1/jobs/${id}/retry`, { method: "POST", ...(body === undefined ? {} : json) });
  return { response, view: (await response.json()) as JobView & { code?: string } };
}

const run = ({ deps }: TestService, id: string) =>
  createRunJob({ ...deps, worker: "w" })(id, new AbortController().signal);

describe("POST /v1/jobs/{id}/retry", () => {
  it("makes a new job of the same archive and options, and leaves the old one as it is", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", makeSampleArchive());
    const failed = { ...(await service.deps.jobs.get("job-1")), status: "failed", version: 99 } as never;
    await service.deps.jobs.delete("job-1");
    await service.deps.jobs.create(failed);
    const { response, view } = await retry(service, "job-1");
    expect([response.status, response.headers.get("location")]).toEqual([202, `/v1/jobs/${view.id}`]);
    expect(view).toMatchObject({ status: "queued", retryOf: "job-1", retriedItems: null });
    expect(service.announcedJobs).toEqual([view.id]);
    expect(await service.deps.jobs.get("job-1")).toEqual(failed);
    expect(await run(service, view.id)).toMatchObject({ status: "succeeded" });
    expect(await contentOf(service.deps.results, `${view.id}/`)).toEqual(
      await contentOf(service.deps.results, "job-1/"),
    );
  });

  it("converts only what was skipped or partial, and says so in its report", async () => {
    await using service = await createTestService();
    const job = await addConvertedJob(service, "job-1", PARTLY);
    expect(job.status).toBe("succeeded_with_errors");
    const { view } = await retry(service, "job-1");
    expect(view).toMatchObject({ retryOf: "job-1", retriedItems: 1 });
    expect((await run(service, view.id)).status).toBe("succeeded_with_errors");
    const [before, after] = await Promise.all(
      ["job-1", view.id].map((id) => contentOf(service.deps.results, `${id}/`)),
    );
    const mails = [...(after?.keys() ?? [])].filter((path) => path.startsWith("mail/"));
    expect(mails).toEqual([expect.stringMatching(/^mail\/000002.*\.partial\.eml$/)]);
    expect(after?.get(mails[0] ?? "")).toBe(before?.get(mails[0] ?? ""));
    const linesOf = (files: typeof before) => (files?.get("manifest.jsonl") ?? "").trimEnd().split("\n");
    const isOther = (line: string) => /"item":[13],/.test(line);
    expect(linesOf(after)).toEqual(linesOf(before).filter((line) => !isOther(line)));
    expect(JSON.parse(after?.get("report.json") ?? "")).toMatchObject({
      only: { items: 1 },
      items: { seen: 1, written: 1, partial: 1 },
      archive: { streams: 3 },
    });
  });

  it("converts all when that is asked for, or when items may be numbered otherwise", async () => {
    await using service = await createTestService();
    const { options } = await addConvertedJob(service, "job-1", PARTLY);
    const itemsOf = async (body: { items?: string; options?: ConvertOptions }) =>
      (await retry(service, "job-1", body)).view.retriedItems;
    expect(await itemsOf({ items: "all" })).toBeNull();
    expect(await itemsOf({ options: { ...options, carve: true } })).toBeNull();
    expect(await itemsOf({ options: { ...options, vcardVersion: "4.0" } })).toBe(1);
    const report = JSON.stringify({ tool: { version: "0.0.1" } });
    await service.deps.results.write("job-1/report.json", [Buffer.from(report)]);
    expect(await itemsOf({})).toBeNull();
  });

  it("has nothing to do for a job that converted everything, unless it is to be done otherwise", async () => {
    await using service = await createTestService();
    const { options } = await addConvertedJob(service, "job-1", makeSampleArchive());
    const { response, view } = await retry(service, "job-1");
    expect([response.status, view.code]).toEqual([409, "jobs/nothing-to-retry"]);
    const other = await retry(service, "job-1", { options: { ...options, pack: "zip" } });
    expect(other.view).toMatchObject({ status: "queued", options: { pack: "zip" }, retriedItems: null });
  });

  it.each([
    ["gone", async ({ deps }: TestService) => await deps.sources.delete("inbox/job-1.hu01"), 404, "stores/not-found"],
    [
      "another one by now",
      async ({ deps }: TestService) => void (await deps.sources.write("inbox/job-1.hu01", [Buffer.from("newer")])),
      409,
      "stores/source-changed",
    ],
  ])("is refused when the archive is %s", async (_, change, status, code) => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", PARTLY);
    await change(service);
    const { response, view } = await retry(service, "job-1");
    expect([response.status, view.code]).toEqual([status, code]);
  });

  it("leaves it to the converter to look at the archive where the API may not", async () => {
    await using service = await createTestService(({ sources }) => ({
      sources: wrapObjectStore(sources, { head: async () => Promise.reject(new StoreError("stores/access-denied")) }),
    }));
    await addJob(service, { id: "job-1", status: "failed" });
    expect((await retry(service, "job-1")).response.status).toBe(202);
  });

  it("waits for the end of a job", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1" });
    const { response, view } = await retry(service, "job-1");
    expect([response.status, view.code]).toEqual([409, "jobs/not-ended"]);
  });

  it("makes one job of a request that comes again with its key", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", status: "failed" });
    await service.deps.sources.write("uploads/job-1/a.hu01", [new Uint8Array(1)]);
    const job = await service.deps.jobs.get("job-1");
    await service.deps.jobs.update({ ...job, version: 2, source: { ...job?.source, etag: null } } as never);
    const ask = async () => {
      const headers = { "idempotency-key": "once" };
      const response = await service.app.request("/v1/jobs/job-1/retry", { method: "POST", headers });
      return ((await response.json()) as JobView).id;
    };
    expect(await ask()).toBe(await ask());
  });

  it("refuses what it does not know", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", status: "failed" });
    for (const body of [{ colour: "red" }, { options: { carve: "yes" } }, { callbackUrl: "http://localhost/" }]) {
      expect((await retry(service, "job-1", body)).response.status).toBeGreaterThanOrEqual(400);
    }
  });
});
