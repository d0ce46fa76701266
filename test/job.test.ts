import { describe, expect, it } from "vitest";
import {
  advanceJob,
  attemptsInVain,
  claimJob,
  createJob,
  enqueueJob,
  expireJob,
  finishJob,
  isClaimable,
  type Job,
  jobSchema,
  releaseJob,
  requestCancel,
} from "../shared/job.ts";
import { isTerminal, JOB_STATUSES, type JobStatus } from "../shared/job-status.ts";
import { DEFAULT_OPTIONS } from "../shared/options.ts";

const NOW = new Date("2026-03-04T05:06:07.089Z");
const LATER = new Date("2026-03-04T05:07:07.089Z");
const SOURCE = { key: "k", filename: "f", size: 9, etag: "e" };
const ERROR = { code: "hu01/not-an-archive", message: "No.", details: {} };

function jobIn(status: JobStatus): Job {
  const facts = { id: "j", owner: "o", source: SOURCE, options: { ...DEFAULT_OPTIONS, carve: false } };
  const queued = createJob({ ...facts, status: "queued" }, NOW);
  const awaiting = createJob({ ...facts, status: "awaiting_upload" }, NOW);
  const running = claimJob(queued, { worker: "w", leaseMillis: 1000 }, NOW);
  if (status === "awaiting_upload") return awaiting;
  if (status === "queued") return queued;
  if (status === "running") return running;
  if (status === "expired") return expireJob(awaiting, NOW);
  const ending = status === "failed" ? { status, error: ERROR } : { status };
  return finishJob(running, ending, running.progress, NOW);
}

/** Every transition there is, and from where it may be made. */
const TRANSITIONS: readonly [name: string, make: (job: Job) => Job, to: JobStatus, from: readonly JobStatus[]][] = [
  ["enqueue", (job) => enqueueJob(job, SOURCE, LATER), "queued", ["awaiting_upload"]],
  ["claim", (job) => claimJob(job, { worker: "v", leaseMillis: 5 }, LATER), "running", ["queued", "running"]],
  ["advance", (job) => advanceJob(job, { progress: job.progress, leaseMillis: 5 }, LATER), "running", ["running"]],
  ["release", (job) => releaseJob(job, LATER), "queued", ["running"]],
  ["succeed", (job) => finishJob(job, { status: "succeeded" }, job.progress, LATER), "succeeded", ["running"]],
  ["fail", (job) => finishJob(job, { status: "failed", error: ERROR }, job.progress, LATER), "failed", ["running"]],
  ["cancel at once", (job) => requestCancel(job, LATER), "canceled", ["awaiting_upload", "queued"]],
  ["expire", (job) => expireJob(job, LATER), "expired", ["awaiting_upload"]],
];

describe("the job record", () => {
  describe.each(TRANSITIONS)("to %s", (name, make, to, from) => {
    it.each(JOB_STATUSES.map((status) => [status]))("a job that is %s", (status) => {
      const job = jobIn(status);
      if (name === "cancel at once" && status === "running") return;
      if (!from.includes(status)) {
        expect(() => make(job)).toThrow(
          expect.objectContaining({ code: name === "claim" ? "jobs/not-claimable" : "jobs/transition-invalid" }),
        );
        return;
      }
      const next = make(job);
      expect(next).toMatchObject({ status: to, version: job.version + 1, updatedAt: LATER.toISOString() });
      expect(jobSchema.parse(next)).toEqual(next);
      expect(next.finishedAt).toBe(isTerminal(to) ? LATER.toISOString() : null);
      expect(next.lease === null).toBe(to !== "running");
    });
  });

  it("never leaves a terminal state", () => {
    for (const status of JOB_STATUSES.filter(isTerminal)) {
      for (const [, make] of TRANSITIONS) expect(() => make(jobIn(status))).toThrow();
    }
    expect(JOB_STATUSES.filter((status) => !isTerminal(status))).toEqual(["awaiting_upload", "queued", "running"]);
  });

  it("is not changed by a transition, but replaced", () => {
    const job = jobIn("queued");
    const before = structuredClone(job);
    claimJob(job, { worker: "w", leaseMillis: 1 }, LATER);
    expect(job).toEqual(before);
  });

  it("is claimed by one worker, and by the next once the lease has run out", () => {
    const first = claimJob(jobIn("queued"), { worker: "w1", leaseMillis: 1000 }, NOW);
    expect(first).toMatchObject({ attempt: 1, startedAt: NOW.toISOString(), lease: { worker: "w1" } });
    const end = NOW.getTime() + 1000;
    expect(isClaimable(first, new Date(end - 1))).toBe(false);
    expect(isClaimable(first, new Date(end))).toBe(true);
    first.progress.bytesRead = 5;
    const second = claimJob(first, { worker: "w2", leaseMillis: 1000 }, new Date(end));
    expect(second).toMatchObject({ attempt: 2, startedAt: NOW.toISOString(), lease: { worker: "w2" } });
    expect(second.progress).toMatchObject({ bytesRead: 0, bytesTotal: 9 });
  });

  it("keeps its lease for longer with every sign of life", () => {
    const step = { progress: { ...jobIn("running").progress, bytesRead: 7 }, leaseMillis: 5000 };
    const job = advanceJob(jobIn("running"), step, LATER);
    expect(job.lease).toEqual({ worker: "w", expiresAt: "2026-03-04T05:07:12.089Z" });
    expect(job.progress.bytesRead).toBe(7);
    expect(job.source).toEqual(SOURCE);
  });

  it("keeps its checkpoint and its progress from one worker to the next, and counts those who got no further", () => {
    const running = jobIn("running");
    const progress = { ...running.progress, bytesRead: 7 };
    const checkpoint = { sequence: 1, attempt: 1, ending: null };
    expect(attemptsInVain(running)).toBe(1);
    const further = advanceJob(running, { progress, leaseMillis: 5, checkpoint }, LATER);
    expect(attemptsInVain(further)).toBe(0);
    expect(advanceJob(further, { progress, leaseMillis: 5 }, LATER)).toMatchObject({ checkpoint });
    const next = claimJob(releaseJob(further, LATER), { worker: "v", leaseMillis: 5 }, LATER);
    expect(next).toMatchObject({ attempt: 2, progress, checkpoint });
    expect(attemptsInVain(next)).toBe(1);
    expect(attemptsInVain(claimJob(releaseJob(next, LATER), { worker: "v", leaseMillis: 5 }, LATER))).toBe(2);
    const anew = advanceJob(next, { progress: running.progress, leaseMillis: 5, checkpoint: null }, LATER);
    expect(claimJob(releaseJob(anew, LATER), { worker: "v", leaseMillis: 5 }, LATER).progress.bytesRead).toBe(0);
    expect(finishJob(next, { status: "succeeded" }, progress, LATER).checkpoint).toBeNull();
    expect(jobSchema.parse({ ...further, version: 9 })).toMatchObject({ checkpoint });
    const { checkpoint: _, ...old } = further;
    expect(jobSchema.parse(old).checkpoint).toBeNull();
  });

  it("is left to its next worker when it is canceled between two", () => {
    const checkpoint = { sequence: 1, attempt: 1, ending: null };
    const step = { progress: jobIn("running").progress, leaseMillis: 5, checkpoint };
    const between = releaseJob(advanceJob(jobIn("running"), step, LATER), LATER);
    expect(requestCancel(between, LATER)).toMatchObject({ status: "queued", cancelRequested: true });
  });

  it("takes down a request to cancel while it runs, once", () => {
    const asked = requestCancel(jobIn("running"), LATER);
    expect(asked).toMatchObject({ status: "running", cancelRequested: true, version: 3 });
    expect(requestCancel(asked, LATER)).toBe(asked);
    expect(finishJob(asked, { status: "canceled" }, asked.progress, LATER)).toMatchObject({ status: "canceled" });
  });

  it("learns what was uploaded when the upload arrives", () => {
    const job = enqueueJob(jobIn("awaiting_upload"), { ...SOURCE, size: 77 }, LATER);
    expect(job).toMatchObject({ source: { size: 77 }, progress: { bytesTotal: 77 } });
  });
});
