import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { StoreError } from "../../shared/errors.ts";
import type { Job } from "../../shared/job.ts";
import { isTerminal } from "../../shared/job-status.ts";
import type { JobStore } from "../../shared/job-store.ts";
import { DEFAULT_LIMITS, type Limits } from "../../shared/limits.ts";
import { Faults } from "../support/faults.ts";
import { createFaultyJobStore } from "../support/faulty-job-store.ts";
import { createFaultyObjectStore } from "../support/faulty-object-store.ts";
import { contentOf, makeSampleArchive, openWorkplace, queueJob, type Workplace } from "../support/workplace.ts";
import { withSlicedReads } from "../support/wrap-object-store.ts";

const NEVER = new AbortController().signal;
const ARCHIVE = makeSampleArchive();

/** The stores of a workplace with faults in one of them. */
type Inject = (place: Workplace, faults: Faults) => Partial<Workplace>;

const KINDS: readonly [name: string, inject: Inject, atLeast: number][] = [
  ["read of the source", ({ sources }, reads) => ({ sources: createFaultyObjectStore(sources, { reads }) }), 15],
  ["write of a result", ({ results }, writes) => ({ results: createFaultyObjectStore(results, { writes }) }), 21],
  ["read of the record", ({ jobs }, reads) => ({ jobs: createFaultyJobStore(jobs, { reads }) }), 1],
  ["write of the record", ({ jobs }, writes) => ({ jobs: createFaultyJobStore(jobs, { writes }) }), 6],
];

const MODES: readonly [name: string, limits: Limits][] = [
  ["messages held in memory", DEFAULT_LIMITS],
  ["messages streamed out of the decoder", { ...DEFAULT_LIMITS, maxBufferedItemBytes: 500 }],
];

describe.each(KINDS)("a fault at every %s", (_name, inject, atLeast) => {
  it.each(MODES)("that passes leaves a finished record, and a right result or none, with %s", async (_mode, limits) => {
    const whole = await wholeResult(limits);
    const statuses: string[] = [];
    for (let at = 0; ; at += 1) {
      const place = await openWorkplace({ limits });
      await queueJob(place, ARCHIVE);
      const faults = new Faults(at);
      const job = await createRunJob({ ...place, ...inject(place, faults) })("job-1", NEVER);
      await expectTruth(place, job, whole);
      statuses.push(job.status);
      if (!faults.happened) break;
      if (job.status === "failed") expect(job.error?.code).toMatch(/^stores\/(read|write)-failed$/);
    }
    expect(statuses.length).toBeGreaterThan(atLeast);
    expect(statuses.at(-1)).toBe("succeeded");
  });
});

describe.each(KINDS.slice(0, 2))("a lasting fault from some %s on", (_name, inject) => {
  it.each([0, 1, 2, 3, 5, 8, 13])("leaves a failed record and no result (from place %d)", async (at) => {
    const place = await openWorkplace();
    await queueJob(place, ARCHIVE);
    const faults = new Faults(at, { lasting: true });
    const job = await createRunJob({ ...place, ...inject(place, faults) })("job-1", NEVER);
    expect(job.status).toBe("failed");
    await expectTruth(place, job, new Map());
  });
});

describe("a job store that stays away", () => {
  it.each([1, 2, 4])("makes the run fail, and the next worker ends the job (from place %d)", async (at) => {
    const place = await openWorkplace({ leaseMillis: 1 });
    await queueJob(place, ARCHIVE);
    const jobs = createFaultyJobStore(place.jobs, { writes: new Faults(at, { lasting: true }) });
    const dying = createRunJob({ ...place, jobs })("job-1", NEVER);
    await expect(dying).rejects.toMatchObject({
      code: expect.stringMatching(/^stores\/write-failed|^jobs\/lease-lost/),
    });
    const left = (await place.jobs.get("job-1")) as Job;
    const job = isTerminal(left.status) ? left : await createRunJob(place)("job-1", NEVER);
    expect(job.status).toBe("succeeded");
    await expectTruth(place, job, await wholeResult());
  });
});

describe("a job store that falls silent", () => {
  it.each([
    ["for a moment does not stop a run", 1_700, 60_000, "succeeded"],
    ["for longer than the lease stops it", Number.POSITIVE_INFINITY, 500, "rejected"],
  ])("%s", async (_name, silentMillis, leaseMillis, ending) => {
    const place = await openWorkplace({ leaseMillis });
    await queueJob(place, ARCHIVE);
    const from = Date.now() + 500;
    const jobs = wrapJobUpdates(place.jobs, () => {
      const since = Date.now() - from;
      if (since > 0 && since < silentMillis) throw new StoreError("stores/write-failed");
    });
    let slices = 0;
    const sources = withSlicedReads(place.sources, async () => {
      slices += 1;
      await setTimeout(250);
    });
    const run = createRunJob({ ...place, sources, jobs })("job-1", NEVER);
    if (ending === "succeeded") {
      expect(await run).toMatchObject({ status: "succeeded", attempt: 1 });
    } else {
      await expect(run).rejects.toMatchObject({ code: "stores/write-failed" });
      expect(slices).toBeLessThan(ARCHIVE.length / 500);
    }
  });

  function wrapJobUpdates(jobs: JobStore, beforeUpdate: () => void): JobStore {
    return {
      create: (job) => jobs.create(job),
      get: (id) => jobs.get(id),
      list: (query) => jobs.list(query),
      delete: (id) => jobs.delete(id),
      update: async (job) => {
        beforeUpdate();
        return await jobs.update(job);
      },
    };
  }
});

describe("results that refuse to be deleted", () => {
  it("do not keep the record from being finished", async () => {
    const place = await openWorkplace();
    await queueJob(place, ARCHIVE);
    const deletes = new Faults(0, { lasting: true });
    const results = createFaultyObjectStore(place.results, { writes: new Faults(9), deletes });
    const job = await createRunJob({ ...place, results })("job-1", NEVER);
    expect(job).toMatchObject({ status: "failed", error: { code: "stores/write-failed" } });
    expect((await contentOf(place.results, "job-1/")).has("report.json")).toBe(false);
    expect(place.lines.join()).toContain("results left behind");
  });
});

describe("a job with attempts left", () => {
  it("goes back to the queue after a passing fault, and fails with its last attempt", async () => {
    const place = await openWorkplace({ maxAttempts: 3 });
    await queueJob(place, ARCHIVE);
    const sources = createFaultyObjectStore(place.sources, { reads: new Faults(3, { lasting: true }) });
    const run = createRunJob({ ...place, sources });
    for (const attempt of [1, 2]) {
      expect(await run("job-1", NEVER)).toMatchObject({ status: "queued", attempt, lease: null, finishedAt: null });
      expect(await contentOf(place.results, "")).toEqual(new Map());
    }
    expect(await run("job-1", NEVER)).toMatchObject({ status: "failed", attempt: 3 });
  });

  it("fails at once for what will not pass", async () => {
    const place = await openWorkplace({ maxAttempts: 3 });
    await queueJob(place, Buffer.from([0, 1, 2, 3]));
    expect(await createRunJob(place)("job-1", NEVER)).toMatchObject({ status: "failed", attempt: 1 });
  });
});

/** Whatever was injected: the record is finished, and what it calls a result is all of it and right. */
async function expectTruth(place: Workplace, job: Job, whole: ReadonlyMap<string, string>): Promise<void> {
  expect(isTerminal(job.status)).toBe(true);
  expect(await place.jobs.get("job-1")).toEqual(job);
  const content = await contentOf(place.results, "");
  if (job.status === "failed") expect(content).toEqual(new Map());
  else expect(content).toEqual(whole);
}

async function wholeResult(limits = DEFAULT_LIMITS): Promise<Map<string, string>> {
  const place = await openWorkplace({ limits });
  await queueJob(place, ARCHIVE);
  await createRunJob(place)("job-1", NEVER);
  return await contentOf(place.results, "");
}
