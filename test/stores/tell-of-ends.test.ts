import { describe, expect, it, onTestFinished } from "vitest";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { tellOfEnds } from "../../functions/stores/tell-of-ends.ts";
import { claimJob, createJob, finishJob, type Job } from "../../shared/job.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";

const NOW = new Date("2026-01-02T03:04:05.678Z");
const SOURCE = { key: "inbox/a", filename: "a", size: 1, etag: "e" };

function open() {
  const jobs = createSqliteJobStore(":memory:");
  onTestFinished(() => jobs.close());
  const told: string[] = [];
  return { jobs, told, telling: tellOfEnds(jobs, (job) => void told.push(`${job.id} ${job.status}`)) };
}

async function runningJob(jobs: ReturnType<typeof open>["jobs"]): Promise<Job> {
  const facts = { id: "job-1", owner: "anna", status: "queued" as const, source: SOURCE, options: DEFAULT_OPTIONS };
  const running = { ...claimJob(createJob(facts, NOW), { worker: "w", leaseMillis: 1000 }, NOW), version: 1 };
  await jobs.create(running);
  return running;
}

describe("a job store that tells of ends", () => {
  it("tells of an end that is stored, once, and of nothing else", async () => {
    const { jobs, told, telling } = open();
    const running = await runningJob(jobs);
    const advanced = { ...running, version: 2 };
    expect(await telling.update(advanced)).toBe(true);
    expect(told).toEqual([]);
    expect(await telling.update(finishJob(advanced, { status: "succeeded" }, advanced.progress, NOW))).toBe(true);
    expect(told).toEqual(["job-1 succeeded"]);
  });

  it("tells nothing of an end that another worker was faster with", async () => {
    const { jobs, told, telling } = open();
    const running = await runningJob(jobs);
    await jobs.update(finishJob(running, { status: "canceled" }, running.progress, NOW));
    expect(await telling.update(finishJob(running, { status: "succeeded" }, running.progress, NOW))).toBe(false);
    expect(told).toEqual([]);
  });

  it("tells of an end that was stored by a call whose answer was lost", async () => {
    const { jobs, told, telling } = open();
    const running = await runningJob(jobs);
    const ended = finishJob(running, { status: "succeeded" }, running.progress, NOW);
    await jobs.update(ended);
    expect(await telling.update(ended)).toBe(false);
    expect(told).toEqual(["job-1 succeeded"]);
  });
});
