import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createCallbackMessage, parseCallbackMessage } from "../../../functions/api/webhooks/callback-message.ts";
import { createCallbackDelivery } from "../../../functions/api/webhooks/deliver-callback.ts";
import { createCallbackPoster } from "../../../functions/api/webhooks/post-callback.ts";
import { createLog } from "../../../functions/log.ts";
import { createSqliteJobStore } from "../../../functions/stores/sqlite-job-store.ts";
import { claimJob, createJob, finishJob, type Job } from "../../../shared/job.ts";
import { newCallback } from "../../../shared/job-callback.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";
import { type ReceiverAnswer, startReceiver } from "../../support/receiver.ts";

const BEGIN = Date.parse("2026-01-02T03:04:05.678Z");
const SECRET = "whsec_test";

/** A job that has ended, a receiver that wants to know it, and what tells it. Time goes on as the test says. */
async function open(answer: ReceiverAnswer) {
  const receiver = await startReceiver(answer);
  const jobs = createSqliteJobStore(":memory:");
  const clock = { millis: BEGIN };
  const now = () => new Date(clock.millis);
  const logged: string[] = [];
  const source = { key: "uploads/1/secret-name", filename: "secret-name.hu01", size: 10, etag: "e" };
  const callback = newCallback(`http://127.0.0.1:${receiver.port}/secret-path`);
  const facts = { id: "job-1", owner: "anna", status: "queued", source, options: DEFAULT_OPTIONS, callback } as const;
  const queued = createJob(facts, now());
  const running = claimJob(queued, { worker: "w", leaseMillis: 60_000 }, now());
  const ended = finishJob(running, { status: "succeeded" }, running.progress, now());
  for (const job of [queued]) await jobs.create(job);
  await jobs.update(running);
  const deliver = createCallbackDelivery({
    jobs,
    now,
    secretOf: async (owner) => `${SECRET}-${owner}`,
    post: createCallbackPoster({ policy: { allowPrivate: true }, timeoutMillis: 2000 }),
    log: createLog((line) => logged.push(line)),
    toolVersion: "1.2.3",
  });
  const message = parseCallbackMessage(createCallbackMessage(ended) ?? "");
  if (message === null) throw new Error("There is no message.");
  return {
    ...{ receiver, jobs, clock, logged, ended, running },
    deliver: () => deliver(message),
    callback: async () => (await jobs.get("job-1"))?.callback,
    [Symbol.asyncDispose]: async () => {
      await receiver[Symbol.asyncDispose]();
      jobs.close();
    },
  };
}

const status =
  (code: number): ReceiverAnswer =>
  (response) =>
    void response.writeHead(code).end();

describe("a callback", () => {
  it("is delivered once, and the record says so", async () => {
    await using site = await open(status(200));
    await site.jobs.update(site.ended);
    expect(await site.deliver()).toEqual({ kind: "done" });
    expect(await site.deliver()).toEqual({ kind: "done" });
    expect(site.receiver.received).toHaveLength(1);
    expect(await site.callback()).toMatchObject({
      state: "delivered",
      attempts: [{ at: "2026-01-02T03:04:05.678Z", httpStatus: 200, errorCode: null }],
    });
  });

  it("proves by its owner's key where it comes from and when", async () => {
    await using site = await open(status(200));
    await site.jobs.update(site.ended);
    await site.deliver();
    const [{ headers, body }] = site.receiver.received as [(typeof site.receiver.received)[0]];
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["hu01-signature"])) ?? [];
    expect(Number(t)).toBe(Math.floor(BEGIN / 1000));
    expect(v1).toBe(createHmac("sha256", `${SECRET}-anna`).update(`${t}.${body}`).digest("hex"));
    expect(headers["hu01-delivery"]).toBe(JSON.parse(body).id);
  });

  it("tells ids, codes and counts; no name, no owner, no key", async () => {
    await using site = await open(status(200));
    await site.jobs.update(site.ended);
    await site.deliver();
    const text =
      JSON.stringify(site.receiver.received.map(({ body, headers }) => [body, headers])) + site.logged.join();
    expect(JSON.parse(site.receiver.received[0]?.body ?? "")).toMatchObject({
      type: "job.ended",
      job: { id: "job-1", status: "succeeded", errorCode: null, progress: { items: { mail: 0 } } },
    });
    expect(text).not.toMatch(/secret-name|anna|uploads\//);
    expect(site.logged.join()).not.toContain("secret-path");
  });

  it("is tried again after longer and longer pauses, the same message signed anew, and then given up", async () => {
    await using site = await open(status(500));
    await site.jobs.update(site.ended);
    const pauses: number[] = [];
    for (;;) {
      const delivery = await site.deliver();
      if (delivery.kind === "done") break;
      pauses.push(delivery.delayMillis / 1000);
      site.clock.millis += delivery.delayMillis;
    }
    expect(pauses).toEqual([10, 30, 120, 600, 1800, 7200, 21_600]);
    expect(site.receiver.received).toHaveLength(8);
    expect(new Set(site.receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(site.receiver.received.map(({ headers }) => headers["hu01-signature"])).size).toBe(8);
    expect(await site.callback()).toMatchObject({ state: "given_up" });
    expect((await site.callback())?.attempts.map(({ errorCode }) => errorCode)).toEqual(
      Array(8).fill("callbacks/not-taken"),
    );
  });

  it("is no second attempt when its message comes twice", async () => {
    await using site = await open(status(503));
    await site.jobs.update(site.ended);
    await site.deliver();
    site.clock.millis += 4_000;
    expect(await site.deliver()).toEqual({ kind: "later", delayMillis: 6_000 });
    expect(site.receiver.received).toHaveLength(1);
  });

  it("ends with 410, and when it was taken after all", async () => {
    await using gone = await open(status(410));
    await gone.jobs.update(gone.ended);
    expect(await gone.deliver()).toEqual({ kind: "done" });
    expect(await gone.callback()).toMatchObject({ state: "given_up" });
    let failures = 1;
    await using slow = await open((response) => {
      failures -= 1;
      response.writeHead(failures >= 0 ? 500 : 202).end();
    });
    await slow.jobs.update(slow.ended);
    await slow.deliver();
    slow.clock.millis += 10_000;
    expect(await slow.deliver()).toEqual({ kind: "done" });
    expect((await slow.callback())?.attempts.map(({ httpStatus }) => httpStatus)).toEqual([500, 202]);
  });

  it("waits for an end that is being stored, and forgets one that never was", async () => {
    await using site = await open(status(200));
    expect(await site.deliver()).toEqual({ kind: "later", delayMillis: 5_000 });
    site.clock.millis += 3 * 60_000;
    expect(await site.deliver()).toEqual({ kind: "done" });
    expect(site.receiver.received).toEqual([]);
  });

  it("of a job that was deleted is nobody's", async () => {
    await using site = await open(status(200));
    await site.jobs.delete("job-1");
    expect(await site.deliver()).toEqual({ kind: "done" });
    expect(site.receiver.received).toEqual([]);
  });

  it("keeps what somebody else has changed in the record meanwhile", async () => {
    await using site = await open(async (response) => {
      const job = (await site.jobs.get("job-1")) as Job;
      await site.jobs.update({ ...job, version: job.version + 1, attempt: 7 });
      response.writeHead(200).end();
    });
    await site.jobs.update(site.ended);
    await site.deliver();
    expect(await site.jobs.get("job-1")).toMatchObject({ attempt: 7, callback: { state: "delivered" } });
  });
});

describe("a queue's message", () => {
  it.each(["", "{", "null", '{"kind":"hu01/job","jobId":"1"}', '{"kind":"hu01/callback"}'])(
    "that is no callback is none: %s",
    (text) => expect(parseCallbackMessage(text)).toBeNull(),
  );
});
