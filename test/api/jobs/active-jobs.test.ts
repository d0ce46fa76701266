import { describe, expect, it } from "vitest";
import { addFinishedJob, addJob, createTestService, type TestService } from "../test-service.ts";

const LIMIT = 3;

const limited = () =>
  createTestService(() => ({
    maxActiveJobs: LIMIT,
    principalOf: (bindings) => ({ owner: bindings === "berta" ? "berta" : "anna", isAdmin: false }),
  }));

const upload = (service: TestService, owner = "anna", query = "") =>
  service.app.request(`/v1/jobs${query}`, { method: "POST", body: "HU01" }, owner as never);

const announce = (service: TestService) =>
  service.app.request("/v1/jobs", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ filename: "a.hu01", size: 4 }),
  });

describe("jobs that wait or run", () => {
  it("are so many of one owner at a time and no more, however they begin", async () => {
    await using service = await limited();
    expect([(await upload(service)).status, (await announce(service)).status]).toEqual([202, 201]);
    await addJob(service, { id: "running", status: "running" });
    for (const refused of [await upload(service), await announce(service)]) {
      expect(refused.headers.get("retry-after")).toBe("5");
      expect(await refused.json()).toMatchObject({
        status: 429,
        code: "api/too-many-jobs",
        detail: expect.stringContaining("has 3 jobs that wait or run, and may have 3."),
      });
    }
    expect((await service.deps.jobs.list({ owner: "anna", limit: 10 })).jobs).toHaveLength(LIMIT);
    expect(service.announced).toHaveLength(1);
  });

  it("do not count against another owner, nor once they have ended", async () => {
    await using service = await limited();
    for (let count = 0; count < LIMIT; count += 1) await addFinishedJob(service, `ended-${count}`, {});
    for (let count = 0; count < LIMIT; count += 1) expect((await upload(service)).status).toBe(202);
    expect([(await upload(service)).status, (await upload(service, "berta")).status]).toEqual([429, 202]);
    const [job] = (await service.deps.jobs.list({ owner: "anna", status: "queued", limit: 1 })).jobs;
    await service.app.request(`/v1/jobs/${job?.id}/cancel`, { method: "POST" });
    expect((await upload(service)).status).toBe(202);
  });

  it("do not keep an owner from asking what a conversion would be", async () => {
    await using service = await limited();
    for (let count = 0; count < LIMIT; count += 1) await upload(service);
    expect((await upload(service, "anna", "?dryRun=true")).status).toBe(200);
  });

  it("are as many as an owner likes where the home does not limit them", async () => {
    await using service = await createTestService();
    for (let count = 0; count < 20; count += 1) expect((await upload(service)).status).toBe(202);
  });
});
