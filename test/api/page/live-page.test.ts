import { v7 } from "uuid";
import { describe, expect, it } from "vitest";
import type { ApiDeps } from "../../../functions/api/api-deps.ts";
import { startHttpServer } from "../../../functions/local/http-server.ts";
import { advanceJob, claimJob, finishJob } from "../../../shared/job.ts";
import { HAS_BROWSER, startBrowser } from "../../support/browser.ts";
import { addJob, createTestService } from "../test-service.ts";

const LEASE = { worker: "w", leaseMillis: 60_000 };

/** The page of a running job in a browser, and a hand on the job. */
async function open(override: () => Partial<ApiDeps>) {
  const service = await createTestService(override);
  const { jobs, now, results } = service.deps;
  let job = claimJob(await addJob(service, { id: "job-1" }), LEASE, now());
  await jobs.update(job);
  const server = await startHttpServer({
    fetch: service.app.fetch,
    host: "127.0.0.1",
    port: 0,
    newId: v7,
    token: null,
  });
  const browser = await startBrowser();
  const page = await browser.context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`${server.url}/jobs/job-1`);
  return {
    page,
    faults,
    advance: async (bytesRead: number, mail: number) => {
      const progress = { ...job.progress, bytesRead, items: { ...job.progress.items, mail } };
      job = advanceJob(job, { progress, leaseMillis: LEASE.leaseMillis }, now());
      await jobs.update(job);
    },
    finish: async () => {
      await results.write("job-1/mail/000001-a.eml", [new Uint8Array(2000)]);
      job = finishJob(job, { status: "succeeded" }, job.progress, now());
      await jobs.update(job);
    },
    [Symbol.asyncDispose]: async () => {
      await browser[Symbol.asyncDispose]();
      await server.close(1000);
      await service[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(!HAS_BROWSER)("the page of a running job", () => {
  it.each([
    ["by its events", () => ({})],
    ["by asking again where there are none", () => ({ watchJob: undefined })],
  ])("goes on %s, shows the result at its end, and says so", async (_, override) => {
    await using site = await open(override);
    const { page } = site;
    expect(await page.locator("#cancel").count()).toBe(1);
    await site.advance(5, 3);
    await page.locator("#percent", { hasText: "50 %" }).waitFor();
    await page.locator('[data-count="mail"]', { hasText: "3" }).waitFor();
    await site.finish();
    await page.locator(".chip.succeeded").waitFor();
    await page.getByRole("link", { name: "mail/000001-a.eml" }).waitFor();
    await page.locator("#news", { hasText: "done" }).waitFor({ state: "attached" });
    expect(await page.locator("#cancel").count()).toBe(0);
    expect(site.faults).toEqual([]);
  });
});
