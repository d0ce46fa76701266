import { describe, expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { type Job, requestCancel } from "../../shared/job.ts";
import {
  type ContinuedJob,
  makeMidSizeArchive,
  openContinuedJob,
  runAtOnce,
  runToEnd,
  runUntilDeath,
} from "../support/continued-jobs.ts";
import { MIXED_ARCHIVES } from "../support/mixed-archives.ts";
import { createRandom } from "../support/synthetic-mail.ts";
import { contentOf, makeSampleArchive, type Workplace } from "../support/workplace.ts";
import { wrapObjectStore } from "../support/wrap-object-store.ts";

const NEVER = new AbortController().signal;
const MID_SIZE = makeMidSizeArchive();

/** How often each file of a job was written. */
function countWrites(place: Workplace): { readonly place: Workplace; readonly writes: Map<string, number> } {
  const writes = new Map<string, number>();
  const results = wrapObjectStore(place.results, {
    write: async (key, content, options) => {
      const facts = await place.results.write(key, content, options);
      writes.set(key, (writes.get(key) ?? 0) + 1);
      return facts;
    },
  });
  return { place: { ...place, results }, writes };
}

const PACK = /\.(zip|mbox|tar)$/;
const FILE = /^(?!.*\.work\/)/;

/** Winds down once this run has begun to write so many files, or packs. */
async function runFor(place: Workplace, count: number, counted = FILE): Promise<Job> {
  const windDown = new AbortController();
  let written = 0;
  const results = wrapObjectStore(place.results, {
    write: async (key, content, options) => {
      if (counted.test(key) && ++written === count) windDown.abort();
      return await place.results.write(key, content, options);
    },
  });
  return await createRunJob({ ...place, results })("job-1", NEVER, undefined, windDown.signal);
}

/** Hundreds of runs; the machine may have much else to do. */
const PATIENCE = 600_000;

describe("a job whose worker is killed", { timeout: PATIENCE }, () => {
  it("at any instant ends as if nothing was", async () => {
    const job: ContinuedJob = { archive: makeSampleArchive() };
    const expected = await runAtOnce(job);
    for (let at = 0, alive = false; !alive; at += 1) {
      const place = await openContinuedJob(job);
      alive = !(await runUntilDeath(place, at)).happened;
      if (!alive && (await place.jobs.get("job-1"))?.status !== "succeeded") await runToEnd(place);
      expect(await place.jobs.get("job-1")).toMatchObject({ status: "succeeded", checkpoint: null });
      expect(await contentOf(place.results, "")).toEqual(expected);
      if (alive) expect(at).toBeGreaterThan(100);
    }
  });

  it("at 100 random instants of a longer one, each time ends as if nothing was", async () => {
    const bytes = 40_000;
    const job: ContinuedJob = { archive: MID_SIZE, deps: { checkpointPace: { bytes, millis: 1e12 } } };
    const expected = await runAtOnce(job);
    const instants = (await runUntilDeath(await openContinuedJob(job), Number.POSITIVE_INFINITY)).met;
    const random = createRandom(100);
    for (let count = 0; count < 100; count += 1) {
      const at = random(instants);
      const { place, writes } = countWrites(await openContinuedJob(job));
      expect((await runUntilDeath(place, at)).happened).toBe(true);
      if ((await place.jobs.get("job-1"))?.status === "running") await runToEnd(place);
      expect(await place.jobs.get("job-1"), `at ${at}`).toMatchObject({ status: "succeeded_with_errors" });
      expect(await contentOf(place.results, ""), `at ${at}`).toEqual(expected);
      const again = [...writes].filter(([key, times]) => times > 1 && !key.endsWith("/manifest.jsonl"));
      const redone = again.reduce((sum, [key]) => sum + (expected.get(key)?.length ?? 0), 0);
      // What came since the last checkpoint, and two files that were under way.
      expect(redone, `at ${at}`).toBeLessThan(bytes + 2 * 65_000);
    }
  });

  it.each(Object.entries(MIXED_ARCHIVES))("again and again ends as if nothing was: %s", async (_name, archive) => {
    const expected = await runAtOnce({ archive });
    const place = await openContinuedJob({ archive, deps: { maxAttempts: 100 } });
    const random = createRandom(archive.length);
    let deaths = 0;
    while (deaths < 95 && (await runUntilDeath(place, 20 + random(40), deaths)).happened) deaths += 1;
    expect(deaths).toBeLessThan(95);
    expect(await contentOf(place.results, "")).toEqual(expected);
  });

  it.each(["zip", "mbox", "maildir"] as const)("anywhere in its shards packs the same into %s", async (pack) => {
    const deps = { checkpointPace: { bytes: 40_000, millis: 1e12 } };
    const job: ContinuedJob = { archive: MID_SIZE, options: { pack }, deps };
    const expected = await runAtOnce(job);
    expect([...expected.keys()].filter((key) => PACK.test(key)).length).toBeGreaterThan(8);
    const instants = (await runUntilDeath(await openContinuedJob(job), Number.POSITIVE_INFINITY)).met;
    let continued = 0;
    for (let at = 3; at < instants; at += 11) {
      const place = await openContinuedJob(job);
      await runUntilDeath(place, at);
      const left = await place.jobs.get("job-1");
      if (left?.checkpoint != null) continued += 1;
      if (left?.status === "running") await runToEnd(place);
      expect(await contentOf(place.results, ""), `at ${at}`).toEqual(expected);
    }
    expect(continued).toBeGreaterThan(instants / 22);
  });
});

describe("a job that winds down", () => {
  it.each(["files", "zip", "mbox", "maildir"] as const)("goes on run by run, into %s", async (pack) => {
    const job: ContinuedJob = { archive: MID_SIZE, options: { pack } };
    const expected = await runAtOnce(job);
    const place = await openContinuedJob(job);
    const seen: Job[] = [];
    do seen.push(await (pack === "files" ? runFor(place, 6) : runFor(place, 3, PACK)));
    while (seen.at(-1)?.status === "queued" && seen.length < 60);
    expect(seen.at(-1)).toMatchObject({ status: "succeeded_with_errors", attempt: seen.length, checkpoint: null });
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(await contentOf(place.results, "")).toEqual(expected);
    for (const [index, { progress }] of seen.entries()) {
      const before = seen[index - 1]?.progress ?? progress;
      expect(progress.bytesRead).toBeGreaterThanOrEqual(before.bytesRead);
      expect(progress.items.mail).toBeGreaterThanOrEqual(before.items.mail);
    }
  });

  it("and got nowhere is out of time, and fails when that does not change", async () => {
    const place = await openContinuedJob({ archive: MID_SIZE });
    const run = () => createRunJob(place)("job-1", NEVER, undefined, AbortSignal.abort());
    expect(await runFor(place, 6)).toMatchObject({ status: "queued", checkpoint: { attempt: 1 } });
    expect(await run()).toMatchObject({ status: "queued", attempt: 2, checkpoint: { attempt: 1 } });
    expect(await run()).toMatchObject({ status: "queued", attempt: 3 });
    expect(await run()).toMatchObject({ status: "failed", attempt: 4, error: { code: "jobs/out-of-time" } });
    expect(await contentOf(place.results, "")).toEqual(new Map());
  });

  it("fails after a hundred runs", async () => {
    const place = await openContinuedJob({ archive: MID_SIZE });
    await place.jobs.update({ ...((await place.jobs.get("job-1")) as Job), version: 2, attempt: 98 });
    expect(await runFor(place, 6)).toMatchObject({ status: "queued", attempt: 99 });
    const details = { limitRuns: 100 };
    expect(await runFor(place, 6)).toMatchObject({ status: "failed", error: { code: "jobs/too-many-runs", details } });
    expect(await contentOf(place.results, "")).toEqual(new Map());
  });

  it("can be canceled in between, and keeps what its last checkpoint tells of then", async () => {
    const place = await openContinuedJob({ archive: MID_SIZE });
    const queued = await runFor(place, 6);
    await place.results.write("job-1/mail/999999-of-a-worker-that-died.eml", [Buffer.from("")]);
    await place.jobs.update(requestCancel(queued, new Date()));
    expect(await place.jobs.get("job-1")).toMatchObject({ status: "queued", cancelRequested: true });
    expect(await createRunJob(place)("job-1", NEVER)).toMatchObject({ status: "canceled", checkpoint: null });
    const kept = await contentOf(place.results, "job-1/");
    const lines = (kept.get("manifest.jsonl") ?? "").trimEnd().split("\n");
    const listed = lines.flatMap((line) => (JSON.parse(line) as { path?: string }).path ?? []);
    expect(listed.length).toBeGreaterThan(0);
    expect([...kept.keys()].sort()).toEqual([...listed, "manifest.jsonl"].sort());
    const whole = await runAtOnce({ archive: MID_SIZE });
    expect(whole.get("job-1/manifest.jsonl")?.startsWith(lines.join("\n"))).toBe(true);
  });

  it("begins anew under another version of the tool, or when its checkpoint is gone", async () => {
    const expected = await runAtOnce({ archive: MID_SIZE, deps: { toolVersion: "2.0.0" } });
    const place = await openContinuedJob({ archive: MID_SIZE });
    await runFor(place, 6);
    await place.results.write("job-1/mail/of the old version.eml", [Buffer.from("old")]);
    expect(await createRunJob({ ...place, toolVersion: "2.0.0" })("job-1", NEVER)).toMatchObject({ attempt: 2 });
    expect(await contentOf(place.results, "")).toEqual(expected);

    const gone = await openContinuedJob({ archive: MID_SIZE });
    await runFor(gone, 6);
    for await (const { key } of gone.results.list("job-1/.work/checkpoint")) await gone.results.delete(key);
    await createRunJob(gone)("job-1", NEVER);
    expect(await contentOf(gone.results, "")).toEqual(await runAtOnce({ archive: MID_SIZE }));
  });
});

it("a worker without the lease makes no checkpoint count, and the other one ends the job", async () => {
  const expected = await runAtOnce({ archive: MID_SIZE });
  const place = await openContinuedJob({ archive: MID_SIZE });
  let other: Promise<Job> | null = null;
  let checkpoints = 0;
  const results = wrapObjectStore(place.results, {
    write: async (key, content, options) => {
      const facts = await place.results.write(key, content, options);
      // The checkpoint is written, but does not count yet: meanwhile the lease runs out, and another worker comes.
      if (key.includes("/checkpoint-") && ++checkpoints === 3) other = runToEnd(place);
      if (checkpoints === 3) await other;
      return facts;
    },
  });
  const stalled = createRunJob({ ...place, results })("job-1", NEVER);
  await expect(stalled).rejects.toMatchObject({ code: "jobs/lease-lost" });
  expect(await other).toMatchObject({ status: "succeeded_with_errors", attempt: 2 });
  expect(await place.jobs.get("job-1")).toEqual(await other);
  expect(await contentOf(place.results, "")).toEqual(expected);
});

it("a short job makes no checkpoint", async () => {
  const place = await openContinuedJob({ archive: MID_SIZE });
  const { checkpointPace: _, ...usual } = place;
  const { place: counted, writes } = countWrites(usual);
  await createRunJob(counted)("job-1", NEVER);
  expect([...writes.keys()].filter((key) => key.includes(".work"))).toEqual([]);
  expect(new Set(writes.values())).toEqual(new Set([1]));
});
