import { describe, expect, it } from "vitest";
import type { JobView } from "../../../functions/api/jobs/job-contract.ts";
import { addJob, createTestService, type TestService } from "../test-service.ts";

interface JobList {
  readonly jobs: readonly JobView[];
  readonly nextCursor: string | null;
}

async function serviceOfMany(): Promise<TestService> {
  const service = await createTestService(() => ({
    principalOf: (bindings) => ({ owner: String(bindings), isAdmin: bindings === "root" }),
  }));
  for (const [id, owner] of [
    ["job-1", "anna"],
    ["job-2", "berta"],
    ["job-3", "anna"],
    ["job-4", "root"],
  ] as const) {
    await addJob(service, { id, owner });
  }
  await addJob(service, { id: "job-5", owner: "carl", status: "awaiting_upload" });
  return service;
}

const ask = (service: TestService, owner: string, path: string) => service.app.request(path, {}, owner as never);
const list = async (service: TestService, owner: string, query: string) =>
  (await (await ask(service, owner, `/v1/jobs?${query}`)).json()) as JobList;

describe("GET /v1/jobs?owner=all", () => {
  it("leads an administrator through everybody's jobs of a status, and says whose they are", async () => {
    await using service = await serviceOfMany();
    const first = await list(service, "root", "owner=all&status=queued&limit=3");
    const second = await list(service, "root", `owner=all&status=queued&limit=3&cursor=${first.nextCursor}`);
    expect([...first.jobs, ...second.jobs].map(({ id, owner }) => [id, owner])).toEqual([
      ["job-4", "root"],
      ["job-3", "anna"],
      ["job-2", "berta"],
      ["job-1", "anna"],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it("is for administrators only", async () => {
    await using service = await serviceOfMany();
    for (const query of ["owner=all", "owner=all&status=queued"]) {
      const answer = await ask(service, "anna", `/v1/jobs?${query}`);
      expect(await answer.json()).toMatchObject({ status: 403, code: "api/admin-only" });
    }
  });

  it("wants to know of which status", async () => {
    await using service = await serviceOfMany();
    const answer = await ask(service, "root", "/v1/jobs?owner=all");
    expect(await answer.json()).toMatchObject({
      status: 400,
      code: "api/request-invalid",
      detail: expect.stringContaining("status has to say"),
    });
  });

  it("knows no other word than all", async () => {
    await using service = await serviceOfMany();
    for (const owner of ["anna", "", "root", "ALL"]) {
      expect((await ask(service, "root", `/v1/jobs?owner=${owner}&status=queued`)).status).toBe(400);
    }
  });

  it("gives cursors for itself only", async () => {
    await using service = await serviceOfMany();
    const everybody = await list(service, "root", "owner=all&status=queued&limit=1");
    const own = await list(service, "anna", "status=queued&limit=1");
    const statusOf = async (owner: string, query: string) => (await ask(service, owner, `/v1/jobs?${query}`)).status;
    expect(await statusOf("root", `status=queued&cursor=${everybody.nextCursor}`)).toBe(400);
    expect(await statusOf("anna", `status=queued&cursor=${everybody.nextCursor}`)).toBe(400);
    expect(await statusOf("root", `owner=all&status=queued&cursor=${own.nextCursor}`)).toBe(400);
  });

  it("is needed to see those of others: without it an administrator's own are listed", async () => {
    await using service = await serviceOfMany();
    expect((await list(service, "root", "")).jobs).toMatchObject([{ id: "job-4" }]);
  });
});

describe("the owner of a job", () => {
  it("is told to administrators only", async () => {
    await using service = await serviceOfMany();
    const job = async (who: string) => (await (await ask(service, who, "/v1/jobs/job-1")).json()) as JobView;
    expect([(await job("root")).owner, (await job("anna")).owner]).toEqual(["anna", undefined]);
    expect((await list(service, "anna", "")).jobs[0]).not.toHaveProperty("owner");
  });
});
