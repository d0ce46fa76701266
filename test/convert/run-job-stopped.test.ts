import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { type Job, requestCancel } from "../../shared/job.ts";
import { contentOf, makeSampleArchive, openWorkplace, queueJob } from "../support/workplace.ts";
import { withSlicedReads, withSlowReads, wrapObjectStore } from "../support/wrap-object-store.ts";

const NEVER = new AbortController().signal;

describe("a job that is stopped", () => {
  it("by a person ends as canceled and leaves no result", async () => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const run = createRunJob({ ...place, sources: withSlowReads(place.sources, 200) })("job-1", NEVER);
    await setTimeout(300);
    await place.jobs.update(requestCancel((await place.jobs.get("job-1")) as Job, place.now()));
    const job = await run;
    expect(job).toMatchObject({ status: "canceled", cancelRequested: true, error: null, lease: null });
    expect(job.progress.bytesRead).toBeLessThan(job.progress.bytesTotal);
    expect(await contentOf(place.results, "")).toEqual(new Map());
  });

  it("by a person at the last moment ends as canceled too", async () => {
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
    expect(await contentOf(place.results, "")).toEqual(new Map());
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
