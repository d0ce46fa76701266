import { describe, expect, it } from "vitest";
import { StoreError } from "../../../shared/errors.ts";
import type { Note } from "../../../shared/note-store.ts";
import { createTestService, type TestService } from "../test-service.ts";

const START = Date.parse("2026-01-02T03:04:05.678Z");
const MINUTE = 60_000;

const post = (
  service: TestService,
  key: string,
  body: string | ReadableStream = "HU01 bytes",
  url = "/v1/jobs?filename=a",
) =>
  Promise.resolve(
    service.app.request(url, {
      method: "POST",
      headers: { "idempotency-key": key, "content-type": "application/octet-stream" },
      body,
      duplex: "half",
    }),
  );
const describeJob = (service: TestService, key: string, size: number) =>
  Promise.resolve(
    service.app.request("/v1/jobs", {
      method: "POST",
      headers: { "idempotency-key": key, "content-type": "application/json" },
      body: JSON.stringify({ filename: "a", size }),
    }),
  );
const jobsOf = async ({ deps }: TestService) => (await deps.jobs.list({ owner: "local", limit: 100 })).jobs;
const statusesOf = async (service: TestService) => (await jobsOf(service)).map(({ status }) => status);
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

function brokenBody(): ReadableStream {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(100)),
    pull: (controller) => controller.error(new Error("reset")),
  });
}

/** A body that goes on only once it is let. */
function heldBody() {
  let release = () => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from("HU01 ")),
    pull: async (controller) => {
      await promise;
      controller.enqueue(Buffer.from("bytes"));
      controller.close();
    },
  });
  return { body, release: () => release() };
}

/** The process dies: what it still does reaches the notes no more. */
function dyingNotes() {
  const state = { isDead: false };
  const guard = ({ notes }: TestService["deps"]) => ({
    notes: {
      ...{ create: (note: Note) => notes.create(note), get: (id: string) => notes.get(id) },
      delete: (id: string) => notes.delete(id),
      put: async (note: Note) => {
        if (state.isDead) throw new StoreError("stores/write-failed");
        await notes.put(note);
      },
    },
  });
  return { state, guard };
}

describe("a request with an Idempotency-Key", () => {
  it("counts once, and gets the same answer again", async () => {
    await using service = await createTestService();
    const first = await post(service, "k1");
    const again = await post(service, "k1");
    expect([again.status, again.headers.get("location"), again.headers.get("retry-after")]).toEqual([
      202,
      first.headers.get("location"),
      "1",
    ]);
    expect([first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed")]).toEqual([
      null,
      "true",
    ]);
    expect(await again.text()).toBe(await first.text());
    expect(await statusesOf(service)).toEqual(["queued"]);
    expect(service.announced).toHaveLength(1);
  });

  it("counts once when it describes a file, too", async () => {
    await using service = await createTestService();
    const answers = [await describeJob(service, "k", 5), await describeJob(service, "k", 5)];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(await answers[0]?.text()).toBe(await answers[1]?.text());
    expect(await jobsOf(service)).toHaveLength(1);
    expect(await codeOf(await describeJob(service, "k", 6))).toEqual([422, "api/idempotency-mismatch"]);
  });

  it.each([
    ["other bytes", "HU01 BYTES", "/v1/jobs?filename=a"],
    ["another query", "HU01 bytes", "/v1/jobs?filename=b"],
  ])("is refused with %s", async (_, body, url) => {
    await using service = await createTestService();
    await post(service, "k");
    expect(await codeOf(await post(service, "k", body, url))).toEqual([422, "api/idempotency-mismatch"]);
    expect(await jobsOf(service)).toHaveLength(1);
  });

  it("has another key for every owner, and for every path", async () => {
    let owner = "local";
    await using service = await createTestService(() => ({ principalOf: () => ({ owner, isAdmin: false }) }));
    const [job] = [(await (await post(service, "k")).json()) as { id: string }];
    expect((await post(service, "k", "{}", `/v1/jobs/${job.id}/cancel`)).status).toBe(202);
    owner = "berta";
    expect((await post(service, "k", "HU01 other")).status).toBe(202);
  });

  it.each(["", "a b", "a,  b", "\u00e9", "x".repeat(256)])("is refused with the key %j", async (key) => {
    await using service = await createTestService();
    expect(await codeOf(await post(service, key))).toEqual([400, "api/request-invalid"]);
    expect(await jobsOf(service)).toEqual([]);
  });

  it.each(["~", '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "x".repeat(255)])("is taken with the key %j", async (key) => {
    await using service = await createTestService();
    expect((await post(service, key)).status).toBe(202);
  });

  it("is put off while the first one is under way", async () => {
    await using service = await createTestService();
    const { body, release } = heldBody();
    const first = post(service, "k", body);
    while ((await jobsOf(service)).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const early = await post(service, "k");
    expect(await codeOf(early)).toEqual([409, "api/idempotency-running"]);
    release();
    expect((await first).status).toBe(202);
    expect((await post(service, "k")).headers.get("idempotency-replayed")).toBe("true");
  });

  it("may be tried again at once when it failed", async () => {
    await using service = await createTestService();
    expect((await post(service, "k", brokenBody())).status).toBe(400);
    expect((await post(service, "k")).status).toBe(202);
    expect((await statusesOf(service)).sort()).toEqual(["expired", "queued"]);
  });

  it("makes nothing twice when the service failed after it had made it", async () => {
    let isBroken = true;
    await using service = await createTestService(({ announce }) => ({
      announce: async (facts) => {
        if (isBroken) throw new StoreError("stores/write-failed");
        await announce(facts);
      },
    }));
    expect((await post(service, "k")).status).toBe(503);
    isBroken = false;
    expect((await post(service, "k")).status).toBe(202);
    expect(await statusesOf(service)).toEqual(["queued"]);
  });

  it.each([
    ["before the end of its answer", "HU01 bytes", ["queued"]],
    ["in the middle of its body", brokenBody(), ["expired", "queued"]],
  ])("makes nothing twice when the first one died %s", async (_, body, statuses) => {
    let time = START;
    const { state, guard } = dyingNotes();
    await using service = await createTestService((deps) => ({ ...guard(deps), now: () => new Date(time) }));
    state.isDead = true;
    await post(service, "k", body);
    state.isDead = false;
    expect(await codeOf(await post(service, "k"))).toEqual([409, "api/idempotency-running"]);
    time += 3 * MINUTE;
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(service, "k")));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409]);
    expect((await statusesOf(service)).sort()).toEqual(statuses);
    const view = (await answers.find(({ status }) => status === 202)?.json()) as { id: string };
    expect((await service.deps.jobs.get(view.id))?.status).toBe("queued");
  });

  it("tells the link anew when the first one died after it had made the job", async () => {
    let time = START;
    const { state, guard } = dyingNotes();
    await using service = await createTestService((deps) => ({ ...guard(deps), now: () => new Date(time) }));
    state.isDead = true;
    const first = (await (await describeJob(service, "k", 5)).json()) as { id: string };
    state.isDead = false;
    time += 3 * MINUTE;
    expect(await (await describeJob(service, "k", 5)).json()).toMatchObject({ id: first.id });
    expect(await jobsOf(service)).toHaveLength(1);
  });
});
