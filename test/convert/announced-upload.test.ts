import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createHandler } from "../../functions/convert/handler.ts";
import { createJob, type Job } from "../../shared/job.ts";
import type { JobUpload } from "../../shared/job-upload.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { makeBatch, makeBody, makeRecord, timeLeft } from "../support/queue-batch.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { openWorkplace } from "../support/workplace.ts";

const MESSAGE = makeMessage({ seed: 7, textBytes: 100 });
const SHA256 = createHash("sha256").update(MESSAGE).digest("hex");
const KEY = "uploads/job-1/a.eml";

/** What becomes of a job for whose upload that was announced, once the message above has come. */
async function deliver(announced: Partial<JobUpload>): Promise<{ job: Job | null; lines: readonly string[] }> {
  const place = await openWorkplace();
  const upload = { size: null, sha256: null, multipart: null, expiresAt: "2027-01-01T00:00:00.000Z", ...announced };
  const source = { key: KEY, filename: "a.eml", size: upload.size, etag: null };
  const facts = { id: "job-1", owner: "anna", status: "awaiting_upload", source, upload } as const;
  await place.jobs.create(createJob({ ...facts, options: DEFAULT_OPTIONS }, place.now()));
  const body = makeBody(makeRecord(await place.sources.write(KEY, [MESSAGE])));
  expect(await createHandler(place)(makeBatch(body), timeLeft())).toEqual({ batchItemFailures: [] });
  return { job: await place.jobs.get("job-1"), lines: place.lines };
}

describe("an upload that was announced", () => {
  it.each([
    ["nothing", {}],
    ["its size", { size: MESSAGE.length }],
    ["its size and hash", { size: MESSAGE.length, sha256: SHA256 }],
  ])("with %s is converted", async (_, announced) => {
    expect((await deliver(announced)).job).toMatchObject({ status: "succeeded", source: { size: MESSAGE.length } });
  });

  it("with another size fails at once, and is never begun", async () => {
    const { job, lines } = await deliver({ size: MESSAGE.length + 1 });
    expect(job).toMatchObject({ status: "failed", attempt: 0, error: { code: "jobs/upload-mismatch" } });
    expect(job?.error?.details).toEqual({ bytes: MESSAGE.length, announced: MESSAGE.length + 1 });
    expect(lines.join("\n")).toContain("not-as-announced");
  });

  it("with another hash fails, since S3 cannot check that of parts", async () => {
    const { job } = await deliver({ size: MESSAGE.length, sha256: "0".repeat(64) });
    expect(job).toMatchObject({ status: "failed", attempt: 1, error: { code: "jobs/upload-mismatch" } });
    expect(job?.error?.details).toMatchObject({ sha256: SHA256 });
  });
});
