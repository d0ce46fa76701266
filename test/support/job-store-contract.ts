import { describe, expect, it } from "vitest";
import { claimJob, createJob, finishJob, type Job, jobSchema } from "../../shared/job.ts";
import type { JobQuery, JobStore } from "../../shared/job-store.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";

const START = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

/** A queued job; the n-th is n seconds younger than the first. */
export function makeJob(id: string, seconds = 0, facts: Partial<Job> = {}): Job {
  const source = { key: `drop/${id}.hu01`, filename: `Ünïcode 🦉 "${id}".hu01`, size: 123, etag: "e-1" };
  const now = new Date(START + seconds * 1000);
  return {
    ...createJob({ id, owner: "anna", status: "queued", source, options: { ...DEFAULT_OPTIONS, carve: true } }, now),
    ...facts,
  };
}

/** What every job store must do. `open` gives an empty one each time. */
export function describeJobStoreContract(name: string, open: () => Promise<JobStore>): void {
  describe(`${name} keeps the job store contract`, () => {
    describeRecords(open);
    describePages(open);
    describeSweeps(open);
  });
}

function describeRecords(open: () => Promise<JobStore>): void {
  it("gives back a record as it was stored", async () => {
    const store = await open();
    const job = makeJob("j1");
    expect(await store.create(job)).toBe(true);
    expect(await store.get("j1")).toEqual(job);
    expect(jobSchema.parse(await store.get("j1"))).toEqual(job);
  });

  it("knows nothing of a job that was never stored", async () => {
    expect(await (await open()).get("nobody")).toBeNull();
  });

  it("creates an id once, and leaves the first record as it is", async () => {
    const store = await open();
    await store.create(makeJob("j1"));
    expect(await store.create(makeJob("j1", 5, { owner: "berta" }))).toBe(false);
    expect(await store.get("j1")).toEqual(makeJob("j1"));
  });

  it("creates an id once however many ask at the same time", async () => {
    const store = await open();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => store.create(makeJob("j1", index))));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it("replaces a record by its next version only", async () => {
    const store = await open();
    const first = makeJob("j1");
    await store.create(first);
    const second = claimJob(first, { worker: "w", leaseMillis: 1000 }, new Date(START));
    expect(await store.update(second)).toBe(true);
    expect(await store.get("j1")).toEqual(second);
    expect(await store.update(second)).toBe(false);
    expect(await store.update({ ...second, version: 4, owner: "thief" })).toBe(false);
    expect(await store.update({ ...first, version: 1, owner: "thief" })).toBe(false);
    expect(await store.get("j1")).toEqual(second);
  });

  it("lets one of many simultaneous updates win", async () => {
    const store = await open();
    const first = makeJob("j1");
    await store.create(first);
    const claims = Array.from({ length: 20 }, (_, index) =>
      claimJob(first, { worker: `w${index}`, leaseMillis: 1000 }, new Date(START)),
    );
    const answers = await Promise.all(claims.map((job) => store.update(job)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await store.get("j1")).toEqual(claims[answers.indexOf(true)]);
  });

  it("does not make a record by updating it", async () => {
    const store = await open();
    expect(await store.update({ ...makeJob("j1"), version: 2 })).toBe(false);
    expect(await store.get("j1")).toBeNull();
  });

  it("keeps an error with its details", async () => {
    const store = await open();
    const claimed = claimJob(makeJob("j1"), { worker: "w", leaseMillis: 1 }, new Date(START));
    const error = { code: "hu01/not-an-archive", message: "No.", details: { bytes: 3, name: "x", exact: false } };
    const failed = finishJob(claimed, { status: "failed", error }, claimed.progress, new Date(START + 1));
    await store.create(failed);
    expect(await store.get("j1")).toEqual(failed);
  });
}

function describeSweeps(open: () => Promise<JobStore>): void {
  it.each([1, 2, 3, 100])("lists one state of all owners, newest first, in pages of %d", async (limit) => {
    const store = await filled(open);
    const job = (await store.get("j5")) as Job;
    await store.update(claimJob(job, { worker: "w", leaseMillis: 1 }, new Date(START)));
    const queued = idsOf(await everyPage(store, { owner: null, status: "queued", limit }));
    expect(queued.filter((id) => id !== "b1")).toEqual(["j9", "j8", "j7", "j6", "j4", "j3", "j2", "j1", "j0"]);
    // As old as j4: which of the two comes first is the store's affair, but it comes once.
    expect(queued.filter((id) => ["b1", "j4"].includes(id)).toSorted()).toEqual(["b1", "j4"]);
    expect(idsOf(await everyPage(store, { owner: null, status: "running", limit }))).toEqual(["j5"]);
    expect(await everyPage(store, { owner: null, status: "failed", limit })).toEqual([]);
  });

  it("forgets a deleted record, and does nothing when there is none", async () => {
    const store = await filled(open);
    await store.delete("j5");
    await store.delete("j5");
    await store.delete("nobody");
    expect(await store.get("j5")).toBeNull();
    const rest = ["j9", "j8", "j7", "j6", "j4", "j3", "j2", "j1", "j0"];
    expect(idsOf(await everyPage(store, { owner: "anna", limit: 4 }))).toEqual(rest);
    expect(idsOf(await everyPage(store, { owner: "anna", status: "queued", limit: 4 }))).toEqual(rest);
  });

  it("takes a deleted id again, and no update of what was deleted", async () => {
    const store = await open();
    const first = makeJob("j1");
    await store.create(first);
    await store.delete("j1");
    expect(await store.update(claimJob(first, { worker: "w", leaseMillis: 1 }, new Date(START)))).toBe(false);
    expect(await store.create(makeJob("j1", 7))).toBe(true);
    expect(await store.get("j1")).toEqual(makeJob("j1", 7));
  });
}

function describePages(open: () => Promise<JobStore>): void {
  it("lists an owner's jobs, newest first", async () => {
    const store = await filled(open);
    const { jobs, cursor } = await store.list({ owner: "anna", limit: 100 });
    expect(idsOf(jobs)).toEqual(["j9", "j8", "j7", "j6", "j5", "j4", "j3", "j2", "j1", "j0"]);
    expect(jobs[0]).toEqual(makeJob("j9", 9));
    expect(cursor).toBeNull();
  });

  it("never lists the jobs of somebody else", async () => {
    const store = await filled(open);
    expect(idsOf((await store.list({ owner: "berta", limit: 100 })).jobs)).toEqual(["b1"]);
    expect(await store.list({ owner: "nobody", limit: 100 })).toEqual({ jobs: [], cursor: null });
  });

  it("lists one state, as it is now", async () => {
    const store = await filled(open);
    for (const id of ["j2", "j7"]) {
      const job = (await store.get(id)) as Job;
      await store.update(claimJob(job, { worker: "w", leaseMillis: 1 }, new Date(START)));
    }
    expect(idsOf(await everyPage(store, { owner: "anna", status: "running", limit: 1 }))).toEqual(["j7", "j2"]);
    expect(await everyPage(store, { owner: "anna", status: "queued", limit: 3 })).toHaveLength(8);
    expect(await everyPage(store, { owner: "anna", status: "failed", limit: 3 })).toEqual([]);
  });

  it.each([1, 2, 3, 5, 9, 10, 11])("gives every job exactly once in pages of %d", async (limit) => {
    const store = await filled(open);
    const jobs = await everyPage(store, { owner: "anna", limit });
    expect(idsOf(jobs)).toEqual(["j9", "j8", "j7", "j6", "j5", "j4", "j3", "j2", "j1", "j0"]);
  });

  it("gives every job once when all were made in the same millisecond", async () => {
    const store = await open();
    const ids = Array.from({ length: 9 }, (_, index) => `same-${index}`);
    for (const id of ids) await store.create(makeJob(id));
    expect(idsOf(await everyPage(store, { owner: "anna", limit: 2 })).toSorted()).toEqual(ids);
  });

  it("goes on where it was when newer jobs have come in between", async () => {
    const store = await filled(open);
    const first = await store.list({ owner: "anna", limit: 4 });
    await store.create(makeJob("newer", 100));
    const rest = await everyPage(store, { owner: "anna", limit: 4, cursor: first.cursor ?? "" });
    expect(idsOf([...first.jobs, ...rest])).toEqual(["j9", "j8", "j7", "j6", "j5", "j4", "j3", "j2", "j1", "j0"]);
  });

  it.each(["", "nonsense", "e30", "W10", "WzEsMl0", "🦉", "'; DROP TABLE jobs; --"])(
    "refuses the cursor %j, which is none of its own",
    async (cursor) => {
      const store = await filled(open);
      await expect(store.list({ owner: "anna", limit: 4, cursor })).rejects.toMatchObject({
        code: "api/request-invalid",
      });
    },
  );
}

async function filled(open: () => Promise<JobStore>): Promise<JobStore> {
  const store = await open();
  for (const seconds of [3, 1, 9, 0, 7, 5, 2, 8, 6, 4]) await store.create(makeJob(`j${seconds}`, seconds));
  await store.create(makeJob("b1", 4, { owner: "berta" }));
  return store;
}

async function everyPage(store: JobStore, query: JobQuery): Promise<Job[]> {
  const jobs: Job[] = [];
  let cursor = query.cursor;
  for (;;) {
    const page = await store.list(cursor === undefined ? query : { ...query, cursor });
    jobs.push(...page.jobs);
    if (page.cursor === null) return jobs;
    cursor = page.cursor;
  }
}

function idsOf(jobs: readonly Job[]): string[] {
  return jobs.map((job) => job.id);
}
