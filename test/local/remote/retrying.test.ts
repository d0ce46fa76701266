import { describe, expect, it } from "vitest";
import { retryAfterMillis, retrying } from "../../../functions/local/remote/retrying.ts";

const answer = (status: number, headers: Record<string, string> = {}, body?: object) =>
  new Response(body === undefined ? null : JSON.stringify(body), { status, headers });

/** Sends until the last of these answers, or what comes before it, is the result. */
async function send(answers: readonly (() => Response)[]) {
  let sent = 0;
  const { signal } = new AbortController();
  const result = await retrying(async () => (answers[sent++] ?? (() => answer(500)))(), { signal });
  return { status: result.status, sent };
}

const now = { "retry-after": "0" };

describe("a request that is sent again", () => {
  it.each([429, 502, 503, 504])("is so after %i, until there is another answer", async (status) => {
    expect(await send([() => answer(status, now), () => answer(status, now), () => answer(200)])).toEqual({
      status: 200,
      sent: 3,
    });
  });

  it.each([200, 304, 400, 401, 404, 412, 500])("is not so after %i", async (status) => {
    expect(await send([() => answer(status, now)])).toEqual({ status, sent: 1 });
  });

  it("is so while the same request is being worked on, but not after other conflicts", async () => {
    const running = () => answer(409, now, { code: "api/idempotency-running" });
    expect(await send([running, () => answer(201)])).toEqual({ status: 201, sent: 2 });
    expect(await send([() => answer(409, now, { code: "jobs/transition-invalid" })])).toEqual({ status: 409, sent: 1 });
  });

  it("is given up after six tries, with the last answer", async () => {
    expect(await send(Array.from({ length: 9 }, () => () => answer(503, now)))).toEqual({ status: 503, sent: 6 });
  });

  it("lets defects through", async () => {
    const { signal } = new AbortController();
    await expect(retrying(() => Promise.reject(new RangeError("defect")), { signal })).rejects.toThrow("defect");
  });

  it("stops waiting when it is asked to", async () => {
    const stop = new AbortController();
    const waiting = retrying(async () => answer(503, { "retry-after": "60" }), { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("stopped")), 20);
    await expect(waiting).rejects.toThrow("stopped");
  });
});

describe("Retry-After", () => {
  const noon = Date.parse("2026-01-02T12:00:00Z");

  it.each([
    ["3", 3_000],
    ["0", 0],
    ["86400", 60_000],
    ["Fri, 02 Jan 2026 12:00:05 GMT", 5_000],
    ["Fri, 02 Jan 2026 11:00:00 GMT", 0],
    ["soon", null],
  ])("%j is %j milliseconds", (value, millis) => {
    expect(retryAfterMillis(answer(503, { "retry-after": value }), noon)).toBe(millis);
  });

  it("may be absent", () => expect(retryAfterMillis(answer(503), noon)).toBeNull());
});
