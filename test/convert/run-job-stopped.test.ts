import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { type Job, requestCancel } from "../../shared/job.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { contentOf, makeSampleArchive, openWorkplace, queueJob } from "../support/workplace.ts";
import { withSlicedReads, withSlowReads, wrapObjectStore } from "../support/wrap-object-store.ts";

const NEVER = new AbortController().signal;

describe("a job that is stopped", () => {
  it("by a person ends as canceled and keeps what it has finished, with a manifest of just that", async () => {
    const place = await openWorkplace();
    const messages = Array.from({ length: 40 }, (_, seed) => makeMessage({ seed, textBytes: 900 }));
    await queueJob(place, concatBytes(messages.map((message) => makeArchive(message))));
    let written = 0;
    const results = wrapObjectStore(place.results, {
      write: async (key, content, options) => {
        written += 1;
        await setTimeout(150);
        if (written === 2) await place.jobs.update(requestCancel((await place.jobs.get("job-1")) as Job, place.now()));
        return await place.results.write(key, content, options);
      },
    });
    const job = await createRunJob({ ...place, results, writeConcurrency: 1 })("job-1", NEVER);
    expect(job).toMatchObject({ status: "canceled", cancelRequested: true, error: null, lease: null });
    const files = await contentOf(place.results, "job-1/");
    expect(filesIn(files).length).toBeGreaterThan(0);
    expect(filesIn(files).length).toBeLessThan(40);
    expect(filesIn(files)).toEqual(listedIn(files));
    expect(files.has("report.json")).toBe(false);
    expect([...files.keys()].filter((path) => path.startsWith(".work/"))).toEqual([]);
  });

  it("by a person before anything is finished leaves nothing", async () => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const run = createRunJob({ ...place, sources: withSlowReads(place.sources, 2_000) })("job-1", NEVER);
    await setTimeout(100);
    await place.jobs.update(requestCancel((await place.jobs.get("job-1")) as Job, place.now()));
    expect(await run).toMatchObject({ status: "canceled" });
    expect(await contentOf(place.results, "")).toEqual(new Map());
  });

  it("by a person at the last moment ends as canceled too, with all of its files and no report", async () => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const results = wrapObjectStore(place.results, {
      write: async (key, content, options) => {
        const facts = await place.results.write(key, content, options);
        if (key.endsWith("report.json")) {
          await place.jobs.update(requestCancel((await place.jobs.get("job-1")) as Job, place.now()));
        }
        return facts;
      },
    });
    expect(await createRunJob({ ...place, results })("job-1", NEVER)).toMatchObject({ status: "canceled" });
    const whole = await openWorkplace();
    await queueJob(whole, makeSampleArchive());
    await createRunJob(whole)("job-1", NEVER);
    const expected = await contentOf(whole.results, "job-1/");
    expected.delete("report.json");
    expect(await contentOf(place.results, "job-1/")).toEqual(expected);
  });

  it("before it began ends as failed with jobs/aborted", async () => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const job = await createRunJob(place)("job-1", AbortSignal.abort());
    expect(job).toMatchObject({ status: "failed", error: { code: "jobs/aborted" } });
  });

  it.each(Array.from({ length: 30 }, (_, index) => [index]))("at chunk or file %d leaves no result", async (at) => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const controller = new AbortController();
    let met = 0;
    const mayStop = async (): Promise<void> => {
      if (met === at) controller.abort();
      met += 1;
    };
    const sources = withSlicedReads(place.sources, mayStop);
    const results = wrapObjectStore(place.results, {
      write: async (key, content, options) => {
        await mayStop();
        return await place.results.write(key, content, options);
      },
    });
    const job = await createRunJob({ ...place, sources, results })("job-1", controller.signal);
    if (controller.signal.aborted) {
      expect(job).toMatchObject({ status: "failed", error: { code: "jobs/aborted" } });
      expect(await contentOf(place.results, "")).toEqual(new Map());
    } else {
      expect(job.status).toBe("succeeded");
      expect(met).toBeGreaterThan(15);
    }
  });
});

/** Paths of the files of a result but for its manifest, and those that its manifest lists. */
function filesIn(files: ReadonlyMap<string, string>): string[] {
  return [...files.keys()].filter((path) => path !== "manifest.jsonl").sort();
}
function listedIn(files: ReadonlyMap<string, string>): string[] {
  const lines = (files.get("manifest.jsonl") ?? "").trimEnd().split("\n");
  return lines.flatMap((line) => (JSON.parse(line) as { path?: string }).path ?? []).sort();
}
