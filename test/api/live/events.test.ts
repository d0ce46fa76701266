import { describe, expect, it } from "vitest";
import { advanceJob, claimJob, finishJob, type Job, releaseJob } from "../../../shared/job.ts";
import { addFinishedJob, addJob, createTestService, type TestService } from "../test-service.ts";

interface SentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: { readonly status?: string };
}

const parse = (block: string): SentEvent | null => {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
  return field("event") === "" ? null : { event: field("event"), id: field("id"), data: JSON.parse(field("data")) };
};

/** Reads the events of a stream one by one. */
async function* eventsOf(response: Response): AsyncGenerator<SentEvent> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const event of blocks.map(parse)) if (event !== null) yield event;
  }
}

const open = (service: TestService, id: string, lastEventId?: string) =>
  service.app.request(`/v1/jobs/${id}/events`, {
    headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId },
  });

/** Changes a job in the store; each change sees the record that the one before gave. */
const changes: ((job: Job, now: Date) => Job)[] = [
  (job, now) => claimJob(job, { worker: "w", leaseMillis: 1000 }, now),
  (job, now) => advanceJob(job, { progress: { ...job.progress, bytesRead: 5 }, leaseMillis: 1000 }, now),
  (job, now) => releaseJob(job, now),
  (job, now) => claimJob(job, { worker: "w", leaseMillis: 1000 }, now),
  (job, now) => finishJob(job, { status: "succeeded" }, job.progress, now),
];

async function follow(service: TestService, response: Response): Promise<SentEvent[]> {
  const seen: SentEvent[] = [];
  let job = await service.deps.jobs.get("job-1");
  let next = 0;
  for await (const event of eventsOf(response)) {
    seen.push(event);
    const change = changes[next];
    if (job === null || change === undefined) continue;
    job = change(job, service.deps.now());
    next += 1;
    await service.deps.jobs.update(job);
  }
  return seen;
}

describe("the events of a job", () => {
  it("tell each state, its progress and its end, each with the version as its id, and then the stream ends", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1" });
    const response = await open(service, "job-1");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = await follow(service, response);
    expect(events.map(({ event, id, data }) => [event, id, data.status])).toEqual([
      ["state", "1", "queued"],
      ["state", "2", "running"],
      ["progress", "3", undefined],
      ["state", "4", "queued"],
      ["state", "5", "running"],
      ["done", "6", "succeeded"],
    ]);
    expect(events[2]?.data).toMatchObject({ bytesRead: 5 });
  });

  it("begin with the time after which a broken connection is opened again", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    expect(await (await open(service, "job-1")).text()).toMatch(/^retry: \d+\n\n/);
  });

  it("go on behind Last-Event-ID and repeat nothing", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    const ids = async (last: string) => {
      const seen: string[] = [];
      for await (const { id } of eventsOf(await open(service, "job-1", last))) seen.push(id);
      return seen;
    };
    expect(await ids("1")).toEqual(["3"]);
    expect(await ids("nonsense")).toEqual(["3"]);
    expect(await ids("")).toEqual(["3"]);
  });

  it("are over with 204 for whoever has seen the end, so that no browser comes again", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    for (const last of ["3", "99"]) expect((await open(service, "job-1", last)).status).toBe(204);
  });

  it("are watched no longer once the client is gone", async () => {
    let watching = 0;
    await using service = await createTestService(({ watchJob }) => ({
      watchJob: async function* (id, signal) {
        watching += 1;
        try {
          if (watchJob !== undefined) yield* watchJob(id, signal);
        } finally {
          watching -= 1;
        }
      },
    }));
    await addJob(service, { id: "job-1" });
    const response = await open(service, "job-1");
    const reader = response.body?.getReader();
    while (watching === 0) await reader?.read();
    await reader?.cancel();
    await expect.poll(() => watching).toBe(0);
  });

  it("end without a word when the job is deleted", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1" });
    const seen: string[] = [];
    for await (const { event } of eventsOf(await open(service, "job-1"))) {
      seen.push(event);
      await service.deps.jobs.delete("job-1");
    }
    expect(seen).toEqual(["state"]);
  });

  it("are cut off, and the fault logged by its code, when the store fails on the way", async () => {
    await using service = await createTestService(() => ({
      // biome-ignore lint/correctness/useYield: it fails before it has anything to give.
      watchJob: async function* () {
        throw new TypeError("secret cause");
      },
    }));
    await addJob(service, { id: "job-1" });
    expect(await (await open(service, "job-1")).text()).not.toContain("secret");
    expect(service.logged.join()).toContain('"event":"events ended","job":"job-1"');
    expect(service.logged.join()).not.toContain("secret");
  });

  it("are refused where the platform cannot stream, with a word on what to do instead", async () => {
    await using service = await createTestService(() => ({ watchJob: undefined }));
    await addJob(service, { id: "job-1" });
    const response = await open(service, "job-1");
    const problem = (await response.json()) as { code: string; detail: string };
    expect([response.status, problem.code]).toEqual([406, "api/stream-unavailable"]);
    expect(problem.detail).toContain("If-None-Match");
  });

  it("of somebody else's job are not there", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", owner: "somebody" });
    expect((await open(service, "job-1")).status).toBe(404);
  });
});
