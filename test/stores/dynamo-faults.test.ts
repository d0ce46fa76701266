import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDynamoJobStore } from "../../functions/stores/dynamo-job-store.ts";
import { claimJob, finishJob, type Job } from "../../shared/job.ts";
import type { JobStore } from "../../shared/job-store.ts";
import { breakDynamoLine, type Plan } from "../support/broken-line.ts";
import { type DynamoEmulator, startDynamo } from "../support/emulators.ts";
import { dynamoError, type NetworkFault, NO_FAULT } from "../support/fault-proxy.ts";
import { makeJob } from "../support/job-store-contract.ts";

let dynamo: DynamoEmulator;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const START = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const first = makeJob("j1");
const second = claimJob(first, { worker: "w", leaseMillis: 1000 }, START);
const rival = claimJob(first, { worker: "rival", leaseMillis: 1000 }, START);

const throttled: NetworkFault = { kind: "answer", answer: dynamoError(400, "ThrottlingException") };
const exceeded: NetworkFault = { kind: "answer", answer: dynamoError(400, "ProvisionedThroughputExceededException") };
const conflicted: NetworkFault = { kind: "answer", answer: dynamoError(400, "ConditionalCheckFailedException") };
const refused: NetworkFault = { kind: "refuse" };
const lost: NetworkFault = { kind: "lose" };
const lostWith500: NetworkFault = { kind: "lose", answer: dynamoError(500, "InternalServerError") };

const FAULTS = [
  ["throttling", throttled],
  ["exceeded throughput", exceeded],
  ["a refused connection", refused],
  ["an answer that is lost", lost],
  ["a 500 after success", lostWith500],
] as const;

/** The first request fails, or the first few. */
const atFirst = (fault: NetworkFault, count = 1): Plan<JobStore> => {
  return ({ index }) => (index < count ? fault : NO_FAULT);
};

describe("a job record in DynamoDB", () => {
  it.each(FAULTS)("is created once in spite of %s", async (_name, fault) => {
    const { store, sound, seen } = await breakDynamoLine(dynamo, atFirst(fault));
    expect(await store.create(first)).toBe(true);
    expect(seen.length).toBeGreaterThan(1);
    expect(await sound.get("j1")).toEqual(first);
    expect(await store.create(first)).toBe(false);
  });

  it.each(FAULTS)("is updated once in spite of %s", async (_name, fault) => {
    const { store, sound } = await breakDynamoLine(dynamo, atFirst(fault));
    await sound.create(first);
    expect(await store.update(second)).toBe(true);
    expect(await sound.get("j1")).toEqual(second);
    expect(await store.update(second)).toBe(false);
  });

  it.each(FAULTS)("is read, listed and deleted in spite of %s", async (_name, fault) => {
    const { store, sound } = await breakDynamoLine(dynamo, ({ index }) => (index % 2 === 0 ? fault : NO_FAULT));
    await sound.create(first);
    expect(await store.get("j1")).toEqual(first);
    expect(await store.list({ owner: "anna", limit: 1 })).toEqual({ jobs: [first], cursor: null });
    await store.delete("j1");
    expect(await sound.get("j1")).toBeNull();
  });

  it.each([
    ["throttled", throttled],
    ["whose connection is refused", refused],
  ])("loses an update that is %s when a rival comes first, even with the same record", async (_name, fault) => {
    for (const other of [rival, second]) {
      const { store, sound } = await breakDynamoLine(dynamo, async ({ index }) => {
        if (index > 0) return NO_FAULT;
        await sound.update(other);
        return fault;
      });
      await sound.create(first);
      expect(await store.update(second)).toBe(false);
      expect(await sound.get("j1")).toEqual(other);
    }
  });

  it("loses a creation whose first try never arrived when a rival comes first", async () => {
    const { store, sound } = await breakDynamoLine(dynamo, async ({ index }) => {
      if (index > 0) return NO_FAULT;
      await sound.create(first);
      return refused;
    });
    expect(await store.create(first)).toBe(false);
  });

  it("is not looked at again after a conflict that nothing makes doubtful", async () => {
    const { store, seen } = await breakDynamoLine(dynamo, () => conflicted);
    expect(await store.update(second)).toBe(false);
    expect(seen.map(({ operation }) => operation)).toEqual(["PutItem"]);
  });

  it.each([
    ["ThrottlingException", 400, "stores/write-failed", "stores/read-failed"],
    ["InternalServerError", 500, "stores/write-failed", "stores/read-failed"],
    ["AccessDeniedException", 400, "stores/access-denied", "stores/access-denied"],
    ["ResourceNotFoundException", 400, "stores/write-failed", "stores/read-failed"],
  ])("meets %s for ever, and every method says so", async (name, status, writeCode, readCode) => {
    const fault: NetworkFault = { kind: "answer", answer: dynamoError(status, name) };
    const { store } = await breakDynamoLine(dynamo, () => fault, { maxAttempts: 2 });
    const details = { system: name, status };
    await expect(store.create(first)).rejects.toMatchObject({ code: writeCode, details });
    await expect(store.update(second)).rejects.toMatchObject({ code: writeCode, details });
    await expect(store.delete("j1")).rejects.toMatchObject({ code: writeCode, details });
    await expect(store.get("j1")).rejects.toMatchObject({ code: readCode, details });
    await expect(store.list({ owner: "anna", limit: 1 })).rejects.toMatchObject({ code: readCode, details });
  });

  it("lets one of twenty claims win while every third answer is lost", async () => {
    const { store, sound } = await breakDynamoLine(dynamo, ({ index }) => (index % 3 === 0 ? lostWith500 : NO_FAULT));
    await sound.create(first);
    const claims = Array.from({ length: 20 }, (_, n) => claimJob(first, { worker: `w${n}`, leaseMillis: 1 }, START));
    const answers = await Promise.all(claims.map((job) => store.update(job)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await sound.get("j1")).toEqual(claims[answers.indexOf(true)]);
  });
});

describe("the DynamoDB store", () => {
  async function openTable(retentionDays?: number | null) {
    const table = await dynamo.makeJobsTable();
    const store = createDynamoJobStore({
      client: dynamo.client,
      table,
      ...(retentionDays === undefined ? {} : { retentionDays }),
    });
    const itemOf = async (id: string) =>
      (await dynamo.client.send(new GetCommand({ TableName: table, Key: { id } }))).Item;
    return { table, store, itemOf };
  }

  it.each([
    [30, Date.UTC(2026, 1, 1, 3, 4, 5) / 1000],
    [0, START.getTime() / 1000],
    [null, undefined],
    [undefined, undefined],
  ])("lets an ended job go after %j days, and no other", async (days, expiresAt) => {
    const { store, itemOf } = await openTable(days);
    await store.create(first);
    await store.update(second);
    expect(await itemOf("j1")).not.toHaveProperty("expiresAt");
    await store.update(finishJob(second, { status: "succeeded" }, second.progress, START));
    expect((await itemOf("j1"))?.expiresAt).toBe(expiresAt);
  });

  it("refuses a record that is larger than an item may be, and takes one that is not", async () => {
    const { store } = await openTable();
    const withName = (id: string, length: number): Job =>
      makeJob(id, 0, { source: { ...first.source, filename: "x".repeat(length) } });
    await expect(store.create(withName("large", 400_000))).rejects.toMatchObject({
      code: "stores/record-too-large",
      details: { maxBytes: 389_120 },
    });
    const largest = withName("j1", 388_000);
    await store.create(largest);
    expect(await store.get("j1")).toEqual(largest);
  });

  it("gathers a page that DynamoDB gives in several answers", async () => {
    const { store } = await openTable();
    const jobs = Array.from({ length: 8 }, (_, n) =>
      makeJob(`j${n}`, n, { source: { ...first.source, filename: "x".repeat(300_000) } }),
    );
    for (const job of jobs) await store.create(job);
    const page = await store.list({ owner: "anna", limit: 7 });
    expect(page.jobs.map(({ id }) => id)).toEqual(["j7", "j6", "j5", "j4", "j3", "j2", "j1"]);
    const rest = await store.list({ owner: "anna", limit: 7, cursor: page.cursor ?? "" });
    expect(rest).toEqual({ jobs: [jobs[0]], cursor: null });
  });

  it("knows no job under an id that no table could hold", async () => {
    const { store } = await openTable();
    for (const id of ["", "x".repeat(2049), "🦉".repeat(513)]) {
      expect(await store.get(id)).toBeNull();
      await store.delete(id);
    }
  });

  it("keeps owners apart whose names look like keys", async () => {
    const { store } = await openTable();
    await store.create(makeJob("a", 1, { owner: "queued#x" }));
    await store.create(makeJob("b", 2, { owner: "x" }));
    const page = await store.list({ owner: "x", status: "queued", limit: 10 });
    expect(page.jobs.map(({ id }) => id)).toEqual(["b"]);
  });

  it("reports a record that is none", async () => {
    const { store, table } = await openTable();
    for (const Item of [
      { id: "j1" },
      { id: "j1", record: "{}", writeToken: "t" },
      { id: "j1", record: "{", writeToken: "t" },
    ]) {
      await dynamo.client.send(new PutCommand({ TableName: table, Item }));
      await expect(store.get("j1")).rejects.toMatchObject({ code: "stores/read-failed" });
    }
  });
});
