import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTestService } from "../test-service.ts";

const RATE = { requestRate: { requests: 3, seconds: 60 } };

async function serviceOf() {
  const service = await createTestService(() => ({
    ...RATE,
    principalOf: (bindings) => ({ owner: String(bindings), isAdmin: false }),
  }));
  const ask = (path: string, owner = "anna") => service.app.request(path, {}, owner as never);
  return { ask, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

describe("the rate of requests", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it("is told in each answer, also in a problem", async () => {
    await using service = await serviceOf();
    const [list, problem] = [await service.ask("/v1/jobs"), await service.ask("/v1/jobs/none")];
    expect(list.headers.get("ratelimit-policy")).toBe('"owner";q=3;w=60');
    expect(list.headers.get("ratelimit")).toBe('"owner";r=2;t=60');
    expect([problem.status, problem.headers.get("ratelimit")]).toEqual([404, '"owner";r=1;t=60']);
  });

  it("is refused beyond its limit, until its window is over", async () => {
    await using service = await serviceOf();
    for (const _time of [1, 2, 3]) expect((await service.ask("/v1/jobs")).status).toBe(200);
    vi.setSystemTime(20_500);
    const refused = await service.ask("/v1/jobs");
    expect(await refused.json()).toMatchObject({ status: 429, code: "api/rate-limited" });
    expect(refused.headers.get("retry-after")).toBe("40");
    expect(refused.headers.get("ratelimit")).toBe('"owner";r=0;t=40');
    vi.setSystemTime(60_000);
    expect((await service.ask("/v1/jobs")).headers.get("ratelimit")).toBe('"owner";r=2;t=60');
  });

  it("is each owner's own", async () => {
    await using service = await serviceOf();
    for (const _time of [1, 2, 3, 4]) await service.ask("/v1/jobs", "anna");
    expect((await service.ask("/v1/jobs", "anna")).status).toBe(429);
    expect((await service.ask("/v1/jobs", "berta")).status).toBe(200);
  });

  it.each(["/healthz", "/v1/openapi.json", "/v1/problems/jobs/not-found"])("does not count %s", async (path) => {
    await using service = await serviceOf();
    for (const _time of [1, 2, 3, 4]) expect((await service.ask(path)).headers.get("ratelimit")).toBeNull();
  });

  it("counts what leads nowhere too", async () => {
    await using service = await serviceOf();
    for (const _time of [1, 2, 3]) expect((await service.ask("/v1/none")).status).toBe(404);
    expect((await service.ask("/v1/none")).status).toBe(429);
  });

  it("is nobody's where the home does not limit it", async () => {
    await using service = await createTestService();
    expect((await service.app.request("/v1/jobs")).headers.get("ratelimit-policy")).toBeNull();
  });
});
