import { describe, expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { DEFAULT_POLICY } from "../../functions/sweep/judge-job.ts";
import { createSweep, type SweepDeps } from "../../functions/sweep/sweep.ts";
import { claimJob, createJob, type Job, releaseJob, requestCancel } from "../../shared/job.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { Faults } from "../support/faults.ts";
import { createFaultyJobStore } from "../support/faulty-job-store.ts";
import { createFaultyObjectStore } from "../support/faulty-object-store.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { openWorkplace } from "../support/workplace.ts";

const START = new Date("2026-01-02T00:00:00.000Z");
const NEVER = new AbortController().signal;
const MESSAGE = makeMessage({ seed: 7, textBytes: 100 });
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A workplace whose clock stands, and a sweep over it. */
async function open(changes: Partial<SweepDeps> = {}) {
  let millis = START.getTime();
  const place = await openWorkplace({ now: () => new Date(millis) });
  const announced: string[] = [];
  const deps: SweepDeps = {
    ...place,
    announce: async (ids) => void announced.push(...ids),
    policy: { ...DEFAULT_POLICY, maxAttempts: 3 },
    ...changes,
  };
  return {
    ...place,
    place,
    deps,
    announced,
    sweep: (signal = NEVER, other: Partial<SweepDeps> = {}) => createSweep({ ...deps, ...other })(signal),
    pass: (by: number) => {
      millis += by;
    },
    /** Stores a job with its source, and what is made of it. */
    add: async (id: string, change: (job: Job, now: Date) => Job = (job) => job, { withSource = true } = {}) => {
      const now = new Date(millis);
      const key = `inbox/${id}.eml`;
      const facts = withSource ? await place.sources.write(key, [MESSAGE]) : { size: 9, etag: "e" };
      const source = { key, filename: id, size: facts.size, etag: facts.etag };
      const job = createJob({ id, owner: `owner of ${id}`, status: "queued", source, options: DEFAULT_OPTIONS }, now);
      await place.jobs.create({ ...change(job, now), version: 1 });
    },
  };
}

const claimed = (job: Job, now: Date) => claimJob(job, { worker: "dead", leaseMillis: 60_000 }, now);
const awaiting = (job: Job): Job => ({ ...job, status: "awaiting_upload" });
const attempted = (times: number) => (job: Job, now: Date) => ({ ...claimed(job, now), attempt: times });

describe("a sweep", () => {
  it("leaves alone what is being worked on, waits for its turn or is being uploaded", async () => {
    const service = await open();
    await service.add("running", claimed);
    await service.add("queued");
    await service.add("awaited", awaiting, { withSource: false });
    expect(await service.sweep()).toMatchObject({ seen: 3, overtaken: 0, faults: 0, isComplete: true });
    for (const id of ["running", "queued", "awaited"]) expect(await service.jobs.get(id)).toMatchObject({ version: 1 });
    expect(service.announced).toEqual([]);
  });

  it("releases a job whose worker is dead, and announces it once", async () => {
    const service = await open();
    await service.add("job-1", claimed);
    service.pass(60_000);
    expect(await service.sweep()).toMatchObject({ released: 1 });
    expect(await service.sweep()).toMatchObject({ released: 0, reminded: 0 });
    expect(await service.jobs.get("job-1")).toMatchObject({ status: "queued", attempt: 1, lease: null });
    expect(service.announced).toEqual(["job-1"]);
    expect(await createRunJob(service.place)("job-1", NEVER)).toMatchObject({ status: "succeeded", attempt: 2 });
  });

  it("fails a job that has been begun as often as a job is begun", async () => {
    const service = await open();
    await service.add("job-1", attempted(3));
    service.pass(60_000);
    expect(await service.sweep()).toMatchObject({ failed: 1 });
    expect(await service.jobs.get("job-1")).toMatchObject({ status: "failed", error: { code: "jobs/abandoned" } });
    expect(service.announced).toEqual([]);
  });

  it("cancels a job that was to be cancelled when its worker died", async () => {
    const service = await open();
    await service.add("job-1", (job, now) => requestCancel(claimed(job, now), now));
    service.pass(60_000);
    expect(await service.sweep()).toMatchObject({ canceled: 1 });
    expect(await service.jobs.get("job-1")).toMatchObject({ status: "canceled", error: null, lease: null });
  });

  it.each([
    [
      "stores/not-found",
      "dead",
      claimed,
      async (service: Awaited<ReturnType<typeof open>>) => await service.sources.delete("inbox/job-1.eml"),
    ],
    [
      "stores/source-changed",
      "dead",
      claimed,
      async (service: Awaited<ReturnType<typeof open>>) =>
        await service.sources.write("inbox/job-1.eml", [MESSAGE, MESSAGE]),
    ],
    [
      "stores/not-found",
      "forgotten",
      (job: Job) => job,
      async (service: Awaited<ReturnType<typeof open>>) => await service.sources.delete("inbox/job-1.eml"),
    ],
  ] as const)("fails with %s a %s job that can never be finished", async (code, _, change, spoil) => {
    const service = await open();
    await service.add("job-1", change);
    await spoil(service);
    service.pass(HOUR);
    expect(await service.sweep()).toMatchObject({ failed: 1 });
    expect(await service.jobs.get("job-1")).toMatchObject({ status: "failed", error: { code } });
  });

  it("announces a forgotten job again, more and more seldom", async () => {
    const service = await open();
    await service.add("job-1");
    const announcedAfter: number[] = [];
    for (let hours = 1; hours <= 48; hours += 1) {
      service.pass(HOUR);
      if ((await service.sweep()).reminded > 0) announcedAfter.push(hours);
    }
    expect(announcedAfter).toEqual([1, 2, 3, 5, 8, 12, 18, 27, 41]);
    expect(service.announced).toHaveLength(9);
  });

  it("expires an upload that has not come for a day, and queues one that has come unheard", async () => {
    const service = await open();
    await service.add("never", awaiting, { withSource: false });
    await service.add("come", awaiting);
    service.pass(HOUR);
    expect(await service.sweep()).toMatchObject({ enqueued: 1, expired: 0 });
    expect(service.announced).toEqual(["come"]);
    expect(await service.jobs.get("come")).toMatchObject({ status: "queued", source: { size: MESSAGE.length } });
    service.pass(DAY);
    expect(await service.sweep()).toMatchObject({ expired: 1 });
    expect(await service.jobs.get("never")).toMatchObject({ status: "expired" });
  });

  it("announces later what the queue would not take", async () => {
    const service = await open();
    await service.add("job-1", claimed);
    service.pass(60_000);
    const refuse = () => Promise.reject(new Error("secret"));
    expect(await service.sweep(NEVER, { announce: refuse })).toMatchObject({ released: 1, faults: 1 });
    service.pass(HOUR);
    expect(await service.sweep()).toMatchObject({ reminded: 1 });
    expect(service.announced).toEqual(["job-1"]);
    expect(service.lines.join()).not.toContain("secret");
  });

  it("goes on behind a job that cannot be looked at or stored", async () => {
    const service = await open();
    for (const id of ["a", "b", "c"]) await service.add(id);
    service.pass(HOUR);
    const sources = createFaultyObjectStore(service.sources, { reads: new Faults(2) });
    const jobs = createFaultyJobStore(service.jobs, { writes: new Faults(2) });
    expect(await service.sweep(NEVER, { sources })).toMatchObject({ seen: 3, reminded: 2, faults: 1 });
    service.pass(HOUR);
    expect(await service.sweep(NEVER, { jobs })).toMatchObject({ seen: 3, reminded: 2, faults: 1 });
  });

  it("changes nothing that a worker has changed meanwhile", async () => {
    const service = await open();
    await service.add("job-1", (job, now) => releaseJob(claimed(job, now), now));
    service.pass(HOUR);
    const sources = {
      ...service.sources,
      head: async (key: string) => {
        const job = (await service.jobs.get("job-1")) as Job;
        await service.jobs.update(claimed(job, service.now()));
        return await service.sources.head(key);
      },
    };
    expect(await service.sweep(NEVER, { sources })).toMatchObject({ overtaken: 1, reminded: 0 });
    expect(await service.jobs.get("job-1")).toMatchObject({ status: "running", attempt: 2 });
    expect(service.announced).toEqual([]);
  });

  it("sees all jobs of everybody, page by page, and two at once do the same as one", async () => {
    const service = await open();
    for (let index = 0; index < 120; index += 1) await service.add(`job-${index}`, claimed);
    service.pass(60_000);
    const sweeps = await Promise.all([service.sweep(), service.sweep()]);
    expect(sweeps[0].released + sweeps[1].released).toBe(120);
    expect(new Set(service.announced).size).toBe(120);
    expect(service.announced).toHaveLength(120);
  });

  it("stops when the time is over, and says so", async () => {
    const service = await open();
    await service.add("job-1", claimed);
    service.pass(60_000);
    expect(await service.sweep(AbortSignal.abort())).toMatchObject({ seen: 0, isComplete: false });
    expect(await service.sweep()).toMatchObject({ released: 1, isComplete: true });
  });
});
