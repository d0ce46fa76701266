import { describe, expect, it } from "vitest";
import { createS3ObjectStore } from "../../../functions/stores/s3-object-store.ts";
import { StoreError } from "../../../shared/errors.ts";
import { claimJob, type Job } from "../../../shared/job.ts";
import type { ObjectStore } from "../../../shared/object-store.ts";
import { startVersionedS3 } from "../../support/versioned-s3.ts";
import { makeSampleArchive } from "../../support/workplace.ts";
import { wrapObjectStore } from "../../support/wrap-object-store.ts";
import { addConvertedJob } from "../converted-job.ts";
import { addFinishedJob, addJob, createTestService, type TestService } from "../test-service.ts";

const remove = ({ app }: TestService, id = "job-1") => app.request(`/v1/jobs/${id}`, { method: "DELETE" });

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  return keys;
}

describe("DELETE /v1/jobs/{id}", () => {
  it("leaves neither record nor result nor source, and nothing else is gone", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", makeSampleArchive());
    await addConvertedJob(service, "job-10", makeSampleArchive());
    const { sources, results, jobs } = service.deps;
    await results.write("job-1/.work/checkpoint.json", [new Uint8Array(1)]);
    const before = (await keysOf(results)).filter((key) => key.startsWith("job-10/"));
    const response = await remove(service);
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(await keysOf(sources)).toEqual(["inbox/job-10.hu01"]);
    expect(await keysOf(results)).toEqual(before);
    expect(await jobs.get("job-1")).toBeNull();
    expect((await remove(service)).status).toBe(404);
  });

  it("leaves no version of the archive where the bucket keeps them", async () => {
    await using s3 = await startVersionedS3();
    const sources = createS3ObjectStore({ client: s3.client, bucket: s3.bucket });
    await using service = await createTestService(() => ({ sources }));
    const { source } = await addFinishedJob(service, "job-1", {});
    for (const text of ["one", "two"]) await sources.write(source.key, [Buffer.from(text)]);
    expect((await remove(service)).status).toBe(204);
    expect(s3.kept).toEqual([]);
  });

  it("does not touch what somebody else has put into the drop folder since", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", makeSampleArchive());
    await service.deps.sources.write("inbox/job-1.hu01", [Buffer.from("newer")]);
    expect((await remove(service)).status).toBe(204);
    expect(await keysOf(service.deps.sources)).toEqual(["inbox/job-1.hu01"]);
  });

  it("refuses a running job, and says to cancel it first", async () => {
    await using service = await createTestService();
    const job = await addJob(service, { id: "job-1" });
    await service.deps.jobs.update(claimJob(job, { worker: "w", leaseMillis: 1000 }, service.deps.now()));
    const response = await remove(service);
    expect([response.status, await response.json()]).toMatchObject([
      409,
      { code: "jobs/not-ended", detail: expect.stringContaining("cancel it") },
    ]);
  });

  it.each(["queued", "awaiting_upload"] as const)("ends a job that is %s by itself", async (status) => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", status });
    expect((await remove(service)).status).toBe(204);
    expect(await service.deps.jobs.get("job-1")).toBeNull();
  });

  it("knows no job of somebody else", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", owner: "somebody" });
    expect((await remove(service)).status).toBe(404);
    expect(await service.deps.jobs.get("job-1")).not.toBeNull();
  });

  it("can be repeated wherever it fails, and keeps the record until all else is gone", async () => {
    for (let fails = 0, ended = false; !ended; fails += 1) {
      expect(fails).toBeLessThan(100);
      let calls = 0;
      const guarded = (store: ObjectStore) =>
        wrapObjectStore(store, {
          delete: async (key, options) => {
            calls += 1;
            // Longer than it is tried again.
            if (calls > fails && calls <= fails + 4) throw new StoreError("stores/write-failed");
            await store.delete(key, options);
          },
        });
      await using service = await createTestService(({ sources, results }) => ({
        sources: guarded(sources),
        results: guarded(results),
      }));
      await addFinishedJob(service, "job-1", { "mail/000001-a.eml": "a", "report.json": "{}" });
      await service.deps.sources.write("uploads/job-1/a.hu01", [new Uint8Array(1)]);
      const first = await remove(service);
      ended = first.status === 204;
      if (!ended) {
        expect(first.status).toBe(503);
        expect(await service.deps.jobs.get("job-1")).not.toBeNull();
        while ((await remove(service)).status === 503);
      }
      expect([...(await keysOf(service.deps.sources)), ...(await keysOf(service.deps.results))]).toEqual([]);
      expect(await service.deps.jobs.get("job-1")).toBeNull();
      if (calls < fails) ended = true;
    }
  });

  it("goes on with the next request where one answer has too little time", async () => {
    const answerMillis = 20;
    await using service = await createTestService(({ results }) => ({
      answerMillis,
      results: wrapObjectStore(results, {
        delete: async (key) => {
          await new Promise((resolve) => setTimeout(resolve, 15));
          await results.delete(key);
        },
      }),
    }));
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`mail/${index}.eml`, "a"]));
    await addFinishedJob(service, "job-1", files);
    const answers: number[] = [];
    do answers.push((await remove(service)).status);
    while (answers.at(-1) === 202);
    expect(answers.length).toBeGreaterThan(1);
    expect(answers.at(-1)).toBe(204);
    expect(await keysOf(service.deps.results)).toEqual([]);
  });

  it("leaves the archive of a job that was done again to the first job, and takes it with the last", async () => {
    await using service = await createTestService();
    const first = (await addConvertedJob(service, "job-1", makeSampleArchive())) as Job;
    const retry = { of: "job-1", root: "job-1", only: null };
    for (const id of ["job-2", "job-3"]) await addJob(service, { id, status: "failed", source: first.source, retry });
    expect((await remove(service, "job-2")).status).toBe(204);
    expect(await keysOf(service.deps.sources)).toEqual(["inbox/job-1.hu01"]);
    await service.deps.jobs.delete("job-1");
    expect((await remove(service, "job-3")).status).toBe(204);
    expect(await keysOf(service.deps.sources)).toEqual([]);
  });
});
