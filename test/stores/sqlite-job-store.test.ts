import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { createSqliteJobStore, type SqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { claimJob, type Job } from "../../shared/job.ts";
import { describeJobStoreContract, makeJob } from "../support/job-store-contract.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const opened: SqliteJobStore[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

function open(path: string): SqliteJobStore {
  const store = createSqliteJobStore(path);
  opened.push(store);
  return store;
}

describeJobStoreContract("the SQLite store in memory", async () => open(":memory:"));
describeJobStoreContract("the SQLite store in a file", async () =>
  open(join(await makeTemporaryFolder(), "jobs.sqlite")),
);

describe("the SQLite store", () => {
  it("keeps its records when it is closed and opened again", async () => {
    const path = join(await makeTemporaryFolder(), "new", "folder", "jobs.sqlite");
    const first = open(path);
    await first.create(makeJob("j1"));
    first.close();
    first.close();
    expect(await open(path).get("j1")).toEqual(makeJob("j1"));
  });

  it("lets one of two processes win that update the same record", async () => {
    const path = join(await makeTemporaryFolder(), "jobs.sqlite");
    const [one, two] = [open(path), open(path)];
    const job = makeJob("j1");
    await one.create(job);
    const claims = ["w1", "w2"].map((worker) => claimJob(job, { worker, leaseMillis: 1 }, new Date(0)));
    const answers = await Promise.all([one.update(claims[0] as Job), two.update(claims[1] as Job)]);
    expect(answers.toSorted()).toEqual([false, true]);
    expect(await two.get("j1")).toEqual(await one.get("j1"));
  });

  it("reads records that were stored before a field was added", async () => {
    const path = join(await makeTemporaryFolder(), "jobs.sqlite");
    const store = open(path);
    const { cancelRequested: _, ...older } = makeJob("j1");
    await store.create(older as Job);
    expect(await store.get("j1")).toEqual(makeJob("j1"));
  });

  it("opens a file of the first layout, and lists all owners' jobs in it", async () => {
    const path = join(await makeTemporaryFolder(), "jobs.sqlite");
    const first = open(path);
    await first.create(makeJob("j1"));
    first.close();
    const database = new DatabaseSync(path);
    database.exec("DROP INDEX jobs_of_all; PRAGMA user_version = 1");
    database.close();
    const { jobs } = await open(path).list({ owner: null, status: "queued", limit: 10 });
    expect(jobs).toEqual([makeJob("j1")]);
  });

  it("refuses a file of a later layout, and one that is no database", async () => {
    const folder = await makeTemporaryFolder();
    const later = join(folder, "later.sqlite");
    const database = new DatabaseSync(later);
    database.exec("PRAGMA user_version = 3");
    database.close();
    expect(() => open(later)).toThrow(expect.objectContaining({ code: "stores/read-failed" }));
    const text = join(folder, "text.sqlite");
    await writeFile(text, "not a database, but long enough to be looked at as one ".repeat(20));
    expect(() => open(text)).toThrow(expect.objectContaining({ code: "stores/read-failed" }));
  });

  it("reports a closed store as a store failure", async () => {
    const store = open(":memory:");
    store.close();
    await expect(store.get("j1")).rejects.toMatchObject({ code: "stores/read-failed" });
    await expect(store.create(makeJob("j1"))).rejects.toMatchObject({ code: "stores/write-failed" });
  });

  it("prints nothing on a user's terminal", () => {
    const script = `import { createSqliteJobStore } from "./functions/stores/sqlite-job-store.ts"; createSqliteJobStore(":memory:").close();`;
    const node = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(node).toMatchObject({ status: 0, stderr: "", stdout: "" });
  });
});
