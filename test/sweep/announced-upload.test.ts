import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY, judgeJob, needsLook } from "../../functions/sweep/judge-job.ts";
import { createJob, type Job } from "../../shared/job.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";

const START = new Date("2026-01-02T00:00:00.000Z");
const later = (minutes: number) => new Date(START.getTime() + minutes * 60_000);
const source = { key: "uploads/1/a", filename: "a", size: 4, etag: null };

function makeJob(expiresAt?: Date): Job {
  const facts = { id: "1", owner: "anna", status: "awaiting_upload", source, options: DEFAULT_OPTIONS } as const;
  if (expiresAt === undefined) return createJob(facts, START);
  const upload = { size: 4, sha256: null, multipart: null, expiresAt: expiresAt.toISOString() };
  return createJob({ ...facts, upload }, START);
}

const judge = (job: Job, bytes: number | null, now: Date) =>
  judgeJob(job, bytes === null ? null : { key: source.key, size: bytes, etag: "e" }, DEFAULT_POLICY, now);

describe("the judgement of an upload that is awaited", () => {
  it.each([
    ["left before the end that it was given", makeJob(later(90)), null, 89, "left", "awaiting_upload"],
    ["expired at that end", makeJob(later(90)), null, 90, "expired", "expired"],
    ["left on its first day without one", makeJob(), null, 24 * 60 - 1, "left", "awaiting_upload"],
    ["expired after a day without one", makeJob(), null, 24 * 60, "expired", "expired"],
    ["queued when what was announced has come", makeJob(later(90)), 4, 90, "enqueued", "queued"],
    ["failed when something else has come", makeJob(later(90)), 5, 90, "failed", "failed"],
  ] as const)("is %s", (_, job, bytes, minutes, kind, status) => {
    const verdict = judge(job, bytes, later(minutes));
    expect([verdict.kind, verdict.kind === "left" ? job.status : verdict.job.status]).toEqual([kind, status]);
  });

  it("says why it failed", () => {
    const verdict = judge(makeJob(later(90)), 5, later(90));
    expect(verdict).toMatchObject({ job: { error: { code: "jobs/upload-mismatch" } } });
  });

  it("waits an hour before it looks at all", () => {
    expect(needsLook(makeJob(later(90)), DEFAULT_POLICY, later(59))).toBe(false);
    expect(needsLook(makeJob(later(90)), DEFAULT_POLICY, later(60))).toBe(true);
  });
});
