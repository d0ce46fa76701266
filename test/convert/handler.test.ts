import { describe, expect, it } from "vitest";
import { createHandler } from "../../functions/convert/handler.ts";
import { claimJob, createJob, type Job } from "../../shared/job.ts";
import type { ObjectFacts } from "../../shared/object-store.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { Faults } from "../support/faults.ts";
import { createFaultyJobStore } from "../support/faulty-job-store.ts";
import { createFaultyObjectStore } from "../support/faulty-object-store.ts";
import { makeBatch, makeBody, makeRecord, timeLeft } from "../support/queue-batch.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { contentOf, makeSampleArchive, openWorkplace, type Workplace } from "../support/workplace.ts";
import { withSlowReads } from "../support/wrap-object-store.ts";

const DONE = { batchItemFailures: [] };
const MESSAGE = makeMessage({ seed: 7, textBytes: 100 });

describe("the handler", () => {
  it("turns an upload into a job and its result", async () => {
    const place = await openWorkplace();
    const facts = await upload(place, "inbox/a.hu01", makeSampleArchive());
    expect(await createHandler(place)(makeBatch(makeBody(makeRecord(facts))), timeLeft())).toEqual(DONE);
    const [job] = await jobsOf(place);
    expect(job).toMatchObject({ owner: "anna", status: "succeeded", source: { filename: "a.hu01", etag: facts.etag } });
    expect((await contentOf(place.results, `${job?.id}/`)).has("report.json")).toBe(true);
  });

  it.each(["a b.eml", "a+b.eml", "100%.eml", "a%2Bb.eml", "é.eml", "e\u0301.eml", "🦉.eml", "d".repeat(200)])(
    "finds the object whose key is %j",
    async (key) => {
      const place = await openWorkplace();
      const facts = await upload(place, key, MESSAGE);
      expect(await createHandler(place)(makeBatch(makeBody(makeRecord(facts))), timeLeft())).toEqual(DONE);
      expect(await jobsOf(place)).toMatchObject([{ status: "succeeded", source: { key } }]);
    },
  );

  it("reads every record of every message, and names only the messages that failed", async () => {
    const place = await openWorkplace();
    const record = async (name: string) => makeRecord(await upload(place, `${name}.eml`, MESSAGE));
    const ten = await Promise.all(Array.from({ length: 10 }, (_, index) => record(`ten-${index}`)));
    ten[3] = { eventName: "ObjectCreated:Put" };
    const batch = makeBatch(
      makeBody(await record("first")),
      "not JSON",
      makeBody(...ten),
      makeBody(await record("last")),
    );
    const failures = [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }];
    expect(await createHandler(place)(batch, timeLeft())).toEqual({ batchItemFailures: failures });
    const jobs = await jobsOf(place);
    expect(jobs).toHaveLength(11);
    expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(["succeeded"]));
  });

  it("makes one job of the same event, a thousand times delivered", async () => {
    const place = await openWorkplace();
    const body = makeBody(makeRecord(await upload(place, "a.eml", MESSAGE)));
    const handle = createHandler(place);
    const together = await Promise.all(Array.from({ length: 100 }, () => handle(makeBatch(body), timeLeft())));
    for (let index = 0; index < 50; index += 1) {
      expect(await handle(makeBatch(...Array.from({ length: 18 }, () => body)), timeLeft())).toEqual(DONE);
    }
    expect(together).toHaveLength(100);
    expect(await jobsOf(place)).toMatchObject([{ status: "succeeded", attempt: 1 }]);
    expect(place.lines.filter((line) => line.includes('"job begun"'))).toHaveLength(1);
  });

  it("lets no older event win over a newer object", async () => {
    const place = await openWorkplace();
    const older = await upload(place, "a.eml", Buffer.concat([Buffer.from("X-Old: 1\r\n"), MESSAGE]));
    const newer = await upload(place, "a.eml", MESSAGE);
    const handle = createHandler(place);
    expect(await handle(makeBatch(makeBody(makeRecord(newer, { sequencer: "0B" }))), timeLeft())).toEqual(DONE);
    expect(await handle(makeBatch(makeBody(makeRecord(older, { sequencer: "0A" }))), timeLeft())).toEqual(DONE);
    const jobs = await jobsOf(place);
    const byEtag = new Map(jobs.map((job) => [job.source.etag, job]));
    expect(byEtag.get(newer.etag)).toMatchObject({ status: "succeeded" });
    expect(byEtag.get(older.etag)).toMatchObject({ status: "failed", error: { code: "stores/source-changed" } });
    const results = await contentOf(place.results, "");
    expect([...results.keys()].every((key) => key.startsWith(`${byEtag.get(newer.etag)?.id}/`))).toBe(true);
  });

  it("ends a job whose object was deleted before, without delivering it again", async () => {
    const place = await openWorkplace();
    const facts = await upload(place, "a.eml", MESSAGE);
    await place.sources.delete("a.eml");
    expect(await createHandler(place)(makeBatch(makeBody(makeRecord(facts))), timeLeft())).toEqual(DONE);
    expect(await jobsOf(place)).toMatchObject([{ status: "failed", error: { code: "stores/not-found" } }]);
  });

  it.each(["a//b.hu01", "/a.hu01", "../a.hu01", "k".repeat(1024)])(
    "ends a job whose key %j this store cannot have, without delivering it again",
    async (key) => {
      const place = await openWorkplace();
      const body = makeBody(makeRecord({ key, size: 9, etag: "e" }));
      expect(await createHandler(place)(makeBatch(body), timeLeft())).toEqual(DONE);
      expect(await jobsOf(place)).toMatchObject([{ status: "failed", error: { code: "stores/key-invalid" } }]);
    },
  );

  it("does not deliver again what cannot be converted", async () => {
    const place = await openWorkplace();
    const facts = await upload(place, "photo.jpg", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]));
    expect(await createHandler(place)(makeBatch(makeBody(makeRecord(facts))), timeLeft())).toEqual(DONE);
    expect(await jobsOf(place)).toMatchObject([{ status: "failed", error: { code: "payload/unrecognised" } }]);
  });

  it.each([
    ["folder-key", { key: "folder%2F" }],
    ["empty-object", { size: 0 }],
  ])("ignores an event and says why: %s", async (reason, changes) => {
    const place = await openWorkplace();
    const body = makeBody(makeRecord({ key: "a", size: 1, etag: "e" }, changes));
    expect(await createHandler(place)(makeBatch(body), timeLeft())).toEqual(DONE);
    expect(await jobsOf(place)).toEqual([]);
    expect(place.lines).toEqual([expect.stringContaining(`"reason":"${reason}"`)]);
  });

  it("ignores the events of another bucket", async () => {
    const place = await openWorkplace();
    const body = makeBody(makeRecord(await upload(place, "a.eml", MESSAGE)));
    expect(await createHandler({ ...place, sourceBucket: "other" })(makeBatch(body), timeLeft())).toEqual(DONE);
    expect(place.lines).toEqual([expect.stringContaining('"reason":"other-bucket"')]);
    expect(await createHandler({ ...place, sourceBucket: "in" })(makeBatch(body), timeLeft())).toEqual(DONE);
    expect(await jobsOf(place)).toHaveLength(1);
  });

  it.each([[undefined], [null], ["text"], [{}], [{ Records: [{}] }], [{ Records: [{ messageId: "m", body: 1 }] }]])(
    "refuses %j, which is no batch of messages",
    async (event) => {
      const place = await openWorkplace();
      await expect(createHandler(place)(event, timeLeft())).rejects.toMatchObject({ code: "events/unreadable" });
    },
  );
});

describe("a message is delivered again", () => {
  it("while another worker holds its job, and taken over when that one is dead", async () => {
    const place = await openWorkplace();
    const body = makeBody(makeRecord(await upload(place, "a.eml", MESSAGE)));
    const never = createFaultyJobStore(place.jobs, { writes: new Faults(2, { lasting: true }) });
    const again = { batchItemFailures: [{ itemIdentifier: "m0" }] };
    expect(await createHandler({ ...place, jobs: never })(makeBatch(body), timeLeft())).toEqual(again);
    const [job] = (await jobsOf(place)) as [Job];
    const held = { ...claimJob(job, { worker: "other", leaseMillis: 60_000 }, place.now()) };
    await place.jobs.update(held);
    expect(await createHandler(place)(makeBatch(body), timeLeft())).toEqual(again);
    const later = () => new Date(Date.now() + 61_000);
    expect(await createHandler({ ...place, now: later })(makeBatch(body), timeLeft())).toEqual(DONE);
    expect(await jobsOf(place)).toMatchObject([{ status: "succeeded", attempt: 2 }]);
  });

  it("when a store failed, until the attempts are used up; then it is done", async () => {
    const place = await openWorkplace({ maxAttempts: 2 });
    const body = makeBody(makeRecord(await upload(place, "a.eml", MESSAGE)));
    const sources = createFaultyObjectStore(place.sources, { reads: new Faults(1, { lasting: true }) });
    const handle = createHandler({ ...place, sources });
    const again = { batchItemFailures: [{ itemIdentifier: "m0" }] };
    expect(await handle(makeBatch(body), timeLeft())).toEqual(again);
    expect(await jobsOf(place)).toMatchObject([{ status: "queued", attempt: 1 }]);
    expect(await handle(makeBatch(body), timeLeft())).toEqual(again);
    expect(await jobsOf(place)).toMatchObject([
      { status: "failed", attempt: 2, error: { code: "stores/read-failed" } },
    ]);
    expect(await handle(makeBatch(body), timeLeft())).toEqual(DONE);
  });

  it("when the time of the run was used up, in its job or before it", async () => {
    const place = await openWorkplace({ maxAttempts: 5 });
    const first = makeBody(makeRecord(await upload(place, "a.hu01", makeSampleArchive())));
    const second = makeBody(makeRecord(await upload(place, "b.eml", MESSAGE)));
    const handle = createHandler({ ...place, sources: withSlowReads(place.sources, 50) });
    const again = { batchItemFailures: [{ itemIdentifier: "m0" }, { itemIdentifier: "m1" }] };
    expect(await handle(makeBatch(first, second), timeLeft(300))).toEqual(again);
    const queued = (await jobsOf(place)).map(({ status, attempt }) => [status, attempt]);
    expect(queued.toSorted()).toEqual([
      ["queued", 0],
      ["queued", 1],
    ]);
    expect(place.lines.join()).toContain("jobs/out-of-time");
    expect(await createHandler(place)(makeBatch(first, second), timeLeft())).toEqual(DONE);
    expect((await jobsOf(place)).map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  });
});

describe("an upload for a job that exists", () => {
  const KEY = "uploads/job-1/a.eml";

  it("begins it, and no other", async () => {
    const place = await openWorkplace();
    await awaitUpload(place);
    const facts = await upload(place, KEY, MESSAGE);
    const body = makeBody(makeRecord(facts));
    expect(await createHandler(place)(makeBatch(body, body), timeLeft())).toEqual(DONE);
    const source = { key: KEY, filename: "as named.eml", size: facts.size, etag: facts.etag };
    expect(await place.jobs.get("job-1")).toMatchObject({ status: "succeeded", attempt: 1, owner: "berta", source });
    expect(await jobsOf(place)).toEqual([]);
  });

  it.each([
    ["job-unknown", "uploads/job-2/a.eml", {}],
    ["not-its-source", "uploads/job-1/b.eml", {}],
    ["superseded", KEY, { eTag: "of an upload before" }],
    ["job-ended", KEY, {}],
  ])("is ignored as %s", async (reason, key, changes) => {
    const place = await openWorkplace();
    const job = await awaitUpload(place);
    if (reason === "job-ended") {
      await place.jobs.update({ ...job, version: 2, status: "expired", finishedAt: job.createdAt });
    }
    const before = await place.jobs.get("job-1");
    const body = makeBody(makeRecord(await upload(place, key, MESSAGE), changes));
    expect(await createHandler(place)(makeBatch(body), timeLeft())).toEqual(DONE);
    expect(place.lines).toEqual([expect.stringContaining(`"reason":"${reason}"`)]);
    expect(await place.jobs.get("job-1")).toEqual(before);
  });

  async function awaitUpload(place: Workplace): Promise<Job> {
    const source = { key: KEY, filename: "as named.eml", size: null, etag: null };
    const facts = {
      id: "job-1",
      owner: "berta",
      status: "awaiting_upload",
      source,
      options: { ...DEFAULT_OPTIONS, carve: false },
    } as const;
    const job = createJob(facts, place.now());
    await place.jobs.create(job);
    return job;
  }
});

async function upload(place: Workplace, key: string, content: Uint8Array): Promise<ObjectFacts> {
  return await place.sources.write(key, [content]);
}

async function jobsOf({ jobs }: Workplace): Promise<readonly Job[]> {
  return (await jobs.list({ owner: "anna", limit: 1_000 })).jobs;
}
