import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createJobWatch } from "../../../functions/api/live/watch-jobs.ts";
import { createSqliteJobStore } from "../../../functions/stores/sqlite-job-store.ts";
import { tellOfChanges } from "../../../functions/stores/tell-of-changes.ts";
import { advanceJob, claimJob, createJob, type Job } from "../../../shared/job.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";

const NOW = new Date("2026-01-02T03:04:05.678Z");
const NEVER = new AbortController().signal;
const HOUR = 3_600_000;

const source = { key: "uploads/1/a", filename: "a", size: 10, etag: "e" };
const facts = { id: "job-1", owner: "anna", status: "queued", source, options: DEFAULT_OPTIONS } as const;
const QUEUED = createJob(facts, NOW);
const RUNNING = claimJob(QUEUED, { worker: "w", leaseMillis: HOUR }, NOW);
const step = (job: Job) => advanceJob(job, { progress: job.progress, leaseMillis: HOUR }, NOW);

/** A store with one job that counts how often it is looked at. */
async function open() {
  const jobs = createSqliteJobStore(":memory:");
  await jobs.create(QUEUED);
  const counts = { looks: 0 };
  const counted = {
    get: async (id: string) => {
      counts.looks += 1;
      return await jobs.get(id);
    },
  };
  return { jobs, counted, counts, [Symbol.dispose]: () => jobs.close() };
}

describe("watching a job", () => {
  it("gives its record at once, and again when it has changed", async () => {
    using store = await open();
    const watch = createJobWatch({ jobs: store.counted, pollMillis: 5 });
    const seen: number[] = [];
    for await (const { version } of watch.watch("job-1", NEVER)) {
      seen.push(version);
      if (version === 1) await store.jobs.update(RUNNING);
      if (version === 2) break;
    }
    expect(seen).toEqual([1, 2]);
  });

  it("is one look at the store for a hundred who watch it", async () => {
    using store = await open();
    const { watch, tell } = createJobWatch({ jobs: store.counted, pollMillis: HOUR });
    const follow = async () => {
      for await (const { version } of watch("job-1", NEVER)) if (version === 2) return;
    };
    const all = Promise.all(Array.from({ length: 100 }, follow));
    await sleep(20);
    tell(RUNNING);
    await all;
    expect(store.counts.looks).toBe(1);
  });

  it("looks again and again while somebody watches, and not at all once nobody does", async () => {
    using store = await open();
    const { watch } = createJobWatch({ jobs: store.counted, pollMillis: 2 });
    const gone = new AbortController();
    const following = (async () => {
      for await (const _job of watch("job-1", gone.signal));
    })();
    while (store.counts.looks < 4) await sleep(1);
    gone.abort();
    await following;
    const { looks } = store.counts;
    await sleep(30);
    expect(store.counts.looks).toBeLessThanOrEqual(looks + 1);
  });

  it("hears at once of what the same process stores", async () => {
    using store = await open();
    const { watch, tell } = createJobWatch({ jobs: store.counted, pollMillis: HOUR });
    const told = tellOfChanges(store.jobs, tell);
    const seen: number[] = [];
    for await (const job of watch("job-1", NEVER)) {
      seen.push(job.version);
      if (job.version === 3) break;
      await told.update(job.version === 1 ? RUNNING : step(job));
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it("never goes backwards when an older record is told of late", async () => {
    using store = await open();
    const { watch, tell } = createJobWatch({ jobs: store.counted, pollMillis: HOUR });
    const newest = step(step(RUNNING));
    const seen: number[] = [];
    for await (const { version } of watch("job-1", NEVER)) {
      seen.push(version);
      if (version === newest.version) break;
      tell(newest);
      tell(RUNNING);
    }
    expect(seen).toEqual([1, newest.version]);
  });

  it("leaves out versions for whoever is slow, and keeps none of them", async () => {
    using store = await open();
    const { watch, tell } = createJobWatch({ jobs: store.counted, pollMillis: HOUR });
    let job = RUNNING;
    const seen: number[] = [];
    for await (const { version } of watch("job-1", NEVER)) {
      seen.push(version);
      if (seen.length === 2) break;
      for (let count = 0; count < 1000; count += 1) {
        job = step(job);
        tell(job);
      }
    }
    expect(seen).toEqual([1, 1002]);
  });

  it("ends when the job is deleted, when the watch is closed, and when there is no such job", async () => {
    using store = await open();
    const { watch, close } = createJobWatch({ jobs: store.counted, pollMillis: 2 });
    const versionsOf = async (id: string) => {
      const versions: number[] = [];
      for await (const { version } of watch(id, NEVER)) versions.push(version);
      return versions;
    };
    expect(await versionsOf("none")).toEqual([]);
    const deleted = versionsOf("job-1");
    await sleep(10);
    await store.jobs.delete("job-1");
    expect(await deleted).toEqual([1]);
    await store.jobs.create({ ...QUEUED, id: "job-2" });
    const closed = versionsOf("job-2");
    await sleep(10);
    close();
    expect(await closed).toEqual([1]);
    expect(await versionsOf("job-2")).toEqual([]);
  });

  it("says so when the store fails, and begins anew with whoever comes next", async () => {
    using store = await open();
    let isBroken = true;
    const get = async (id: string) => {
      if (isBroken) throw new Error("gone");
      return await store.jobs.get(id);
    };
    const { watch } = createJobWatch({ jobs: { get }, pollMillis: 2 });
    await expect(watch("job-1", NEVER)[Symbol.asyncIterator]().next()).rejects.toThrow("gone");
    isBroken = false;
    for await (const job of watch("job-1", NEVER)) {
      expect(job.version).toBe(1);
      break;
    }
  });
});
