import { describe, expect, it } from "vitest";
import { createRunJob } from "../../../functions/convert/run-job.ts";
import { DEFAULT_LIMITS } from "../../../shared/limits.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";
import { Faults } from "../../support/faults.ts";
import { createFaultyObjectStore } from "../../support/faulty-object-store.ts";
import { contentOf, makeSampleArchive, openWorkplace, queueJob } from "../../support/workplace.ts";

const NEVER = new AbortController().signal;
const ARCHIVE = makeSampleArchive();
/** Two shards, so that one is complete when the other fails. */
const SHARDS = { ...DEFAULT_LIMITS, maxPackEntries: 2 };

describe.each(["zip", "mbox", "maildir"] as const)("a job that packs into %s", (pack) => {
  it.each([
    ["held in memory", SHARDS],
    ["streamed", { ...SHARDS, maxBufferedItemBytes: 500 }],
  ])("leaves its whole result or none, whatever write fails, with messages %s", async (_mode, limits) => {
    const options = { ...DEFAULT_OPTIONS, pack };
    const run = async (at: number) => {
      const place = await openWorkplace({ limits });
      await queueJob(place, ARCHIVE, { options });
      const faults = new Faults(at);
      const results = createFaultyObjectStore(place.results, { writes: faults });
      const job = await createRunJob({ ...place, results })("job-1", NEVER);
      return { job, faults, content: await contentOf(place.results, "job-1/") };
    };
    const whole = await run(Number.POSITIVE_INFINITY);
    expect(whole.job.status).toBe("succeeded");
    for (let at = 0; at < whole.faults.met; at += 1) {
      const { job, content } = await run(at);
      if (job.status === "failed") {
        expect(job.error?.code).toBe("stores/write-failed");
        expect(content).toEqual(new Map());
      } else expect(content).toEqual(whole.content);
    }
    expect(whole.faults.met).toBeGreaterThan(12);
  });
});
