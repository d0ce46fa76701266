import { describe, expect, it } from "vitest";
import type { JobView } from "../../../functions/api/jobs/job-contract.ts";
import { claimJob } from "../../../shared/job.ts";
import { addFinishedJob, addJob, createTestService } from "../test-service.ts";

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

  it("refuses a cursor that no list gave", async () => {
    await using service = await createTestService();
    const response = await service.app.request("/v1/jobs?cursor=nonsense");
    expect(await response.json()).toMatchObject({ status: 400, code: "api/request-invalid" });
  });
});
