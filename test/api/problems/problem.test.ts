import { describe, expect, it } from "vitest";
import { createProblem } from "../../../functions/api/problems/problem.ts";
import { ERRORS, type ErrorCode } from "../../../shared/errors.ts";
import { createTestService } from "../test-service.ts";

describe("an error", () => {
  it.each([
    ["an unknown route", "GET", "/v2/jobs", 404, "api/not-found"],
    ["an unknown route that is posted to", "POST", "/v1/jobs/a/b/c/d", 404, "api/not-found"],
    ["a path below a health check", "GET", "/healthz/x", 404, "api/not-found"],
    ["an unknown job", "GET", "/v1/jobs/none", 404, "jobs/not-found"],
    ["a wrong method", "DELETE", "/v1/jobs", 405, "api/method-not-allowed"],
    ["a query that is not understood", "GET", "/v1/jobs?limit=x", 400, "api/request-invalid"],
  ] as const)("is a problem document for %s", async (_what, method, url, status, code) => {
    await using service = await createTestService();
    const response = await service.app.request(url, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      type: `/v1/problems/${code}`,
      title: ERRORS[code].meaning,
      status,
      code,
      detail: expect.stringContaining(ERRORS[code].remedy),
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
    });
  });

  it.each([
    ["/v1/jobs", "GET, HEAD, POST"],
    ["/v1/jobs/x", "DELETE, GET, HEAD"],
    ["/v1/jobs/x/files", "GET, HEAD"],
    ["/v1/jobs/x/files/a/b.eml", "GET, HEAD"],
    ["/v1/problems/jobs/not-found", "GET, HEAD"],
    ["/v1/openapi.json", "GET, HEAD"],
    ["/healthz", "GET, HEAD"],
    ["/", "GET, HEAD"],
  ])("of a wrong method at %s names the right ones", async (url, allow) => {
    await using service = await createTestService();
    const response = await service.app.request(url, { method: "PATCH" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
  });

  it("that nobody foresaw says nothing of its cause, and the log names the request", async () => {
    const get = () => Promise.reject(new TypeError("/home/ada/secret.eml is odd"));
    await using service = await createTestService(({ jobs }) => ({
      jobs: {
        get,
        create: (job) => jobs.create(job),
        update: (job) => jobs.update(job),
        list: (query) => jobs.list(query),
        delete: (id) => jobs.delete(id),
      },
    }));
    const response = await service.app.request("/v1/jobs/x");
    const text = await response.text();
    const { instance, code } = JSON.parse(text);
    expect([response.status, code]).toEqual([500, "api/internal"]);
    expect(text).not.toMatch(/secret|TypeError|ada/);
    expect(JSON.parse(service.logged[0] ?? "")).toMatchObject({ level: "error", instance, error: "TypeError" });
    expect(service.logged.join()).not.toContain("secret.eml");
  });

  it.each(Object.keys(ERRORS) as ErrorCode[])("has a documented type for %s", async (code) => {
    await using service = await createTestService();
    const { type, status } = createProblem({ code, instance: "urn:x" });
    const response = await service.app.request(type);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ code, status, remedy: ERRORS[code].remedy });
  });
});
