import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { claimJob, type Job } from "../../shared/job.ts";
import { contentOf, makeSampleArchive, openWorkplace, queueJob } from "../support/workplace.ts";
import { withSlowReads } from "../support/wrap-object-store.ts";

const NEVER = new AbortController().signal;

describe("a claim", () => {
  it("is given to one of many workers that race for a job", async () => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const runs = Array.from({ length: 10 }, () => createRunJob(place)("job-1", NEVER));
    const ends = await Promise.allSettled(runs);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const end of ends) {
      if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "jobs/not-claimable" });
    }
    expect(await place.jobs.get("job-1")).toMatchObject({ status: "succeeded", attempt: 1 });
  });

  it("is refused for a job that another worker holds, that has ended, or that is not there", async () => {
    const place = await openWorkplace();
    const job = await queueJob(place, makeSampleArchive());
    const run = createRunJob(place);
    await place.jobs.update(claimJob(job, { worker: "other", leaseMillis: 60_000 }, place.now()));
    await expect(run("job-1", NEVER)).rejects.toMatchObject({ code: "jobs/not-claimable" });
    await expect(run("job-2", NEVER)).rejects.toMatchObject({ code: "jobs/not-found" });
    expect(await contentOf(place.results, "")).toEqual(new Map());
  });

  it("takes a job over when its worker's lease has run out, and clears what that one left", async () => {
    const place = await openWorkplace();
    const job = await queueJob(place, makeSampleArchive());
    await place.jobs.update(claimJob(job, { worker: "dead", leaseMillis: 0 }, place.now()));
    await place.results.write("job-1/mail/000009-left-by-an-older-version.eml", [Buffer.from("x")]);
    expect(await createRunJob(place)("job-1", NEVER)).toMatchObject({ status: "succeeded", attempt: 2 });
    const clean = await openWorkplace();
    await queueJob(clean, makeSampleArchive());
    await createRunJob(clean)("job-1", NEVER);
    expect(await contentOf(place.results, "job-1/")).toEqual(await contentOf(clean.results, "job-1/"));
  });

  it("that was lost stops the run, which then touches neither record nor results", async () => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const sources = withSlowReads(place.sources, 400);
    const run = createRunJob({ ...place, sources })("job-1", NEVER);
    await setTimeout(300);
    const held = (await place.jobs.get("job-1")) as Job;
    const taken = claimJob({ ...held, lease: null }, { worker: "thief", leaseMillis: 60_000 }, place.now());
    await place.jobs.update(taken);
    await place.results.write("job-1/mail/of-the-thief.eml", [Buffer.from("x")]);
    await expect(run).rejects.toMatchObject({ code: "jobs/lease-lost" });
    expect(await place.jobs.get("job-1")).toEqual(taken);
    expect((await contentOf(place.results, "job-1/")).has("mail/of-the-thief.eml")).toBe(true);
  });
});
