import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { JobView } from "../../functions/api/jobs/job-contract.ts";
import { openCallbacks } from "../../functions/local/callbacks.ts";
import { openDataFolder } from "../../functions/local/data-folder.ts";
import { startService } from "../../functions/local/service.ts";
import { createLog } from "../../functions/log.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { openSqliteMessages } from "../../functions/stores/sqlite-message-queue.ts";
import { createSqliteNoteStore } from "../../functions/stores/sqlite-note-store.ts";
import { tellBeforeEnds } from "../../functions/stores/tell-before-ends.ts";
import { createJob, type Job, requestCancel } from "../../shared/job.ts";
import { newCallback } from "../../shared/job-callback.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { makeArchive } from "../support/make-archive.ts";
import { type ReceiverAnswer, startReceiver } from "../support/receiver.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./run-cli.ts";

const ARCHIVE = Buffer.from(makeArchive(makeMessage({ seed: 3, subject: "Tea" })));
const log = createLog(() => undefined);
const now = () => new Date();
const answer =
  (status: number): ReceiverAnswer =>
  (response) =>
    void response.writeHead(status).end();

async function start(folder: TemporaryFolder, allowPrivateCallbacks: boolean) {
  const data = await openDataFolder(join(folder.path, "data"));
  const common = { data, host: "127.0.0.1", port: 0, log, token: null, settleMillis: 20 };
  const service = await startService({ ...common, allowPrivateCallbacks });
  return { ...service, data, [Symbol.asyncDispose]: () => service.close(2000) };
}

const upload = (service: { url: string }, callbackUrl: string) =>
  fetch(`${service.url}/v1/jobs?filename=a.hu01&callbackUrl=${encodeURIComponent(callbackUrl)}`, {
    method: "POST",
    body: ARCHIVE,
  });

async function jobWhose(url: string, state: string): Promise<JobView> {
  for (;;) {
    const job = (await (await fetch(url)).json()) as JobView;
    if (job.callback?.state === state || (state === "tried" && job.callback?.attempts.length)) return job;
    await sleep(20);
  }
}

/** A record that ends when it is canceled, and that somebody waits for. */
function waitingJob(port: number): Job {
  const source = { key: "uploads/1/a", filename: "a", size: 1, etag: "e" };
  const callback = newCallback(`http://127.0.0.1:${port}/`);
  const facts = { id: "job-1", owner: "local", status: "queued", source, options: DEFAULT_OPTIONS, callback } as const;
  return createJob(facts, now());
}

describe("a callback of the local service", () => {
  it("comes when the job has ended, and the job shows it", async () => {
    await using folder = await makeTemporaryFolder();
    await using receiver = await startReceiver(answer(200));
    await using service = await start(folder, true);
    const accepted = await upload(service, `http://127.0.0.1:${receiver.port}/hook`);
    expect(accepted.status).toBe(202);
    const job = await jobWhose(service.url + accepted.headers.get("location"), "delivered");
    expect(job.status).toBe("succeeded");
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
      type: "job.ended",
      job: { id: job.id, status: "succeeded", progress: { items: { mail: 1 } } },
    });
  });

  it("may not lead into this machine unless the service was told so, and no job is made", async () => {
    await using folder = await makeTemporaryFolder();
    await using service = await start(folder, false);
    for (const url of ["https://127.0.0.1/", "https://localhost/", "https://192.168.0.1/", "http://example.com/"])
      expect((await upload(service, url)).status).toBe(422);
    expect(await (await fetch(`${service.url}/v1/jobs`)).json()).toMatchObject({ jobs: [] });
  });

  it("that was not taken outlives the process", async () => {
    await using folder = await makeTemporaryFolder();
    await using receiver = await startReceiver(answer(500));
    const service = await start(folder, true);
    const accepted = await upload(service, `http://127.0.0.1:${receiver.port}/`);
    await jobWhose(service.url + accepted.headers.get("location"), "tried");
    await service.close(2000);
    using messages = openSqliteMessages(service.data.callbacks);
    expect(messages.nextDueMillis()).toBeGreaterThan(Date.now());
  });

  it("is put down before the end is, so that a process which dies between the two loses none", async () => {
    await using folder = await makeTemporaryFolder();
    await using receiver = await startReceiver(answer(200));
    const path = join(folder.path, "callbacks.sqlite");
    using jobs = createSqliteJobStore(":memory:");
    using notes = createSqliteNoteStore(":memory:", now);
    const options = { path, jobs, notes, policy: { allowPrivate: true }, now, log, toolVersion: "1" };
    const job = waitingJob(receiver.port);
    await jobs.create(job);
    const ended = requestCancel(job, now());
    const dying = openCallbacks(options);
    const died = new Error("the process died here");
    const store = tellBeforeEnds({ ...jobs, update: () => Promise.reject(died) }, dying.announce);
    await expect(store.update(ended)).rejects.toBe(died);
    await dying.close(0);
    await jobs.update(ended);
    const next = openCallbacks(options);
    await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(1);
    await next.close(1000);
  });
});

describe("the local service", () => {
  it("sends events while a job goes on, and ends those streams when it stops", async () => {
    await using folder = await makeTemporaryFolder();
    const service = await start(folder, false);
    const accepted = await fetch(`${service.url}/v1/jobs?filename=a.hu01`, { method: "POST", body: ARCHIVE });
    const events = await (await fetch(`${service.url}${accepted.headers.get("location")}/events`)).text();
    expect(events.trim().split("\n\n").at(-1)).toMatch(/^event: done\n/);
    const waiting = await fetch(`${service.url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ filename: "b.hu01", size: 10 }),
    });
    const open = await fetch(`${service.url}${waiting.headers.get("location")}/events`);
    const text = open.text();
    await service.close(30_000);
    expect(await text).toContain("event: state");
  });
});
