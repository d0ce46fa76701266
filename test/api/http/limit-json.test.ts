import { describe, expect, it } from "vitest";
import { MAX_JSON_BYTES } from "../../../functions/api/http/limit-json.ts";
import { sound } from "../contract/contract-case.ts";
import { addJob, createTestService, type TestService } from "../test-service.ts";

/** A JSON document of just so many bytes. */
const jsonOf = (bytes: number) => `{"prefix":""}${" ".repeat(bytes - 13)}`;

const send = (
  service: TestService,
  path: string,
  body: string | ReadableStream<Uint8Array>,
  headers: Record<string, string> = {},
) =>
  service.app.request(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
    duplex: "half",
  } as RequestInit);

function inPieces(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + 1000));
      at += 1000;
    },
  });
}

describe("JSON in a request", () => {
  it.each(["application/json", "Application/JSON; charset=utf-8", "application/json;q=1", " application/json"])(
    "of type %j may have 64 KiB and no more",
    async (type) => {
      await using service = await createTestService(sound);
      const headers = { "content-type": type };
      expect((await send(service, "/v1/backfills", jsonOf(MAX_JSON_BYTES), headers)).status).toBe(202);
      const refused = await send(service, "/v1/backfills", jsonOf(MAX_JSON_BYTES + 1), headers);
      expect(await refused.json()).toMatchObject({ status: 413, code: "api/payload-too-large" });
    },
  );

  it("is counted as it comes when nobody says how long it is", async () => {
    await using service = await createTestService(sound);
    expect((await send(service, "/v1/backfills", inPieces(jsonOf(MAX_JSON_BYTES)))).status).toBe(202);
    expect((await send(service, "/v1/backfills", inPieces(jsonOf(MAX_JSON_BYTES + 1)))).status).toBe(413);
  });

  it("may be longer where it names the parts of an upload", async () => {
    await using service = await createTestService(sound);
    await addJob(service, { id: "job-1" });
    const complete = (bytes: number) => send(service, "/v1/jobs/job-1/upload/complete", jsonOf(bytes));
    expect((await complete(1024 * 1024)).status).not.toBe(413);
    expect((await complete(1024 * 1024 + 1)).status).toBe(413);
  });

  it("does not limit an archive", async () => {
    await using service = await createTestService(sound);
    const body = "x".repeat(MAX_JSON_BYTES * 2);
    const answer = await send(service, "/v1/jobs", body, { "content-type": "application/octet-stream" });
    expect(answer.status).toBe(202);
  });

  it.each(["{", "", "null", "[]", '"\\ud800"', "\u0000", '{"prefix":'])("that is %j is refused", async (body) => {
    await using service = await createTestService(sound);
    for (const path of ["/v1/backfills", "/v1/jobs"]) {
      expect(await (await send(service, path, body)).json()).toMatchObject({ code: "api/request-invalid" });
    }
  });
});
