import { describe, expect, it } from "vitest";
import type { JobView } from "../../../functions/api/jobs/job-contract.ts";
import { claimJob, type Job } from "../../../shared/job.ts";
import type { JobStore } from "../../../shared/job-store.ts";
import { addFinishedJob, addJob, createTestService, type TestService } from "../test-service.ts";

interface JobList {
  readonly jobs: readonly JobView[];
  readonly nextCursor: string | null;
}

describe("GET /v1/jobs/{id}", () => {
  it("shows neither lease, owner, version nor store keys", async () => {
    await using service = await createTestService();
    const job = await addJob(service, { id: "job-1" });
    await service.deps.jobs.update(claimJob(job, { worker: "secret-worker", leaseMillis: 1000 }, service.deps.now()));
    const response = await service.app.request("/v1/jobs/job-1");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ id: "job-1", status: "running" });
    expect(text).not.toMatch(/lease|owner|version|secret-worker|uploads\/|etag/);
  });

  it("says when to look again for as long as the job is not finished", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1" });
    await addFinishedJob(service, "job-2", {});
    expect((await service.app.request("/v1/jobs/job-1")).headers.get("retry-after")).toBe("1");
    expect((await service.app.request("/v1/jobs/job-2")).headers.get("retry-after")).toBeNull();
  });

  it("is not sent again while it has not changed", async () => {
    await using service = await createTestService();
    const job = await addJob(service, { id: "job-1" });
    const etag = (await service.app.request("/v1/jobs/job-1")).headers.get("etag") ?? "";
    const again = () => service.app.request("/v1/jobs/job-1", { headers: { "if-none-match": `"x", W/${etag}` } });
    const unchanged = await again();
    expect([unchanged.status, await unchanged.text(), unchanged.headers.get("etag")]).toEqual([304, "", etag]);
    await service.deps.jobs.update(claimJob(job, { worker: "w", leaseMillis: 1000 }, service.deps.now()));
    expect((await again()).status).toBe(200);
  });

  it.each(["", "/files", "/files/a.eml"])("does not know somebody else's job (%s)", async (path) => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", owner: "somebody" });
    await service.deps.results.write("job-1/a.eml", [new Uint8Array(1)]);
    const response = await service.app.request(`/v1/jobs/job-1${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "jobs/not-found" });
  });
});

describe("GET /v1/jobs", () => {
  it("leads from page to page by Link until every job was there once, newest first", async () => {
    await using service = await createTestService();
    const ids = Array.from({ length: 7 }, (_, i) => `job-${i}`);
    for (const id of ids) await addJob(service, { id });
    const seen: string[] = [];
    let next: string | undefined = "/v1/jobs?limit=3&status=queued";
    while (next !== undefined) {
      const response = await service.app.request(next);
      const page = (await response.json()) as JobList;
      expect(page.jobs.length).toBeLessThanOrEqual(3);
      seen.push(...page.jobs.map(({ id }) => id));
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
      expect(next === undefined).toBe(page.nextCursor === null);
    }
    expect(seen).toEqual(ids.toReversed());
  });

  it("lists the jobs of one status and of this owner only", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "queued" });
    await addJob(service, { id: "foreign", owner: "somebody" });
    await addFinishedJob(service, "finished", {});
    const list = (await (await service.app.request("/v1/jobs?status=succeeded")).json()) as JobList;
    expect(list.jobs.map(({ id }) => id)).toEqual(["finished"]);
  });

  it("names each fault of a query", async () => {
    await using service = await createTestService();
    const response = await service.app.request("/v1/jobs?limit=0&status=done&colour=red");
    const problem = (await response.json()) as { errors: { in: string; name: string }[] };
    expect(response.status).toBe(400);
    expect(problem.errors.map((error) => `${error.in} ${error.name}`).sort()).toEqual([
      "query ",
      "query limit",
      "query status",
    ]);
  });

  it("lists no job that is older than since, and ends there", async () => {
    await using service = await createTestService();
    for (const hour of ["01", "02", "03", "04"]) {
      await addJob(service, { id: `job-${hour}`, createdAt: `2026-01-01T${hour}:00:00.000Z` });
    }
    const list = async (query: string) => (await (await service.app.request(`/v1/jobs?${query}`)).json()) as JobList;
    const since = encodeURIComponent("2026-01-01T04:00:00+02:00");
    expect((await list(`since=${since}`)).jobs.map(({ id }) => id)).toEqual(["job-04", "job-03", "job-02"]);
    const first = await list(`since=${since}&limit=2`);
    const second = await list(`since=${since}&limit=2&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ jobs: [{ id: "job-02" }], nextCursor: null });
  });

  it("takes its cursors for the same list only", async () => {
    await using service = await createTestService(() => ({
      principalOf: (bindings) => ({ owner: String(bindings), isAdmin: false }),
    }));
    for (const id of ["job-1", "job-2"]) await addJob(service, { id, owner: "anna" });
    const list = (query: string, owner: string) => service.app.request(`/v1/jobs?limit=1&${query}`, {}, owner as never);
    const { nextCursor } = (await (await list("", "anna")).json()) as JobList;
    expect((await list(`cursor=${nextCursor}`, "anna")).status).toBe(200);
    expect((await list(`cursor=${nextCursor}`, "berta")).status).toBe(400);
    expect((await list(`cursor=${nextCursor}&status=queued`, "anna")).status).toBe(400);
  });

  it("refuses a cursor that no list gave", async () => {
    await using service = await createTestService();
    const response = await service.app.request("/v1/jobs?cursor=nonsense");
    expect(await response.json()).toMatchObject({ status: 400, code: "api/request-invalid" });
  });
});

describe("POST /v1/jobs/{id}/cancel", () => {
  const cancel = (service: TestService, id: string) => service.app.request(`/v1/jobs/${id}/cancel`, { method: "POST" });

  it("ends a job at once that nobody works on", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1" });
    expect(await (await cancel(service, "job-1")).json()).toMatchObject({ id: "job-1", status: "canceled" });
    expect(await service.deps.jobs.get("job-1")).toMatchObject({ status: "canceled", cancelRequested: true });
  });

  it("asks the worker of a running job to stop, once", async () => {
    await using service = await createTestService();
    const job = await addJob(service, { id: "job-1" });
    await service.deps.jobs.update(claimJob(job, { worker: "w", leaseMillis: 1000 }, service.deps.now()));
    for (const _time of [1, 2]) expect((await cancel(service, "job-1")).status).toBe(202);
    expect(await service.deps.jobs.get("job-1")).toMatchObject({
      status: "running",
      cancelRequested: true,
      version: 3,
    });
  });

  it("gets through although the worker changes the record at the same time", async () => {
    let races = 3;
    await using service = await createTestService(({ jobs }) => ({
      jobs: wrapJobs(jobs, async (job) => {
        races -= 1;
        const current = await jobs.get(job.id);
        if (races > 0 && current !== null) await jobs.update({ ...current, version: current.version + 1 });
      }),
    }));
    await addJob(service, { id: "job-1" });
    expect((await cancel(service, "job-1")).status).toBe(202);
    expect(await service.deps.jobs.get("job-1")).toMatchObject({ status: "canceled" });
  });

  it("does not stop what has ended", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    expect(await (await cancel(service, "job-1")).json()).toMatchObject({ code: "jobs/transition-invalid" });
  });
});

/** The same store; `before` is called before each update. */
function wrapJobs(jobs: JobStore, before: (job: Job) => Promise<void>): JobStore {
  return {
    create: (job) => jobs.create(job),
    get: (id) => jobs.get(id),
    list: (query) => jobs.list(query),
    delete: (id) => jobs.delete(id),
    update: async (job) => {
      await before(job);
      return await jobs.update(job);
    },
  };
}
