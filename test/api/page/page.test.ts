import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SCRIPT } from "../../../functions/api/page/page-script.ts";
import { claimJob, finishJob } from "../../../shared/job.ts";
import { buildPageScript } from "../../support/page-script.ts";
import { addFinishedJob, addJob, createTestService, type TestService } from "../test-service.ts";

const textOf = async (service: TestService, path: string) => await (await service.app.request(path)).text();
const post = (service: TestService, path: string) => service.app.request(path, { method: "POST" });
const HOSTILE = `<script>alert("x")</script>`;

/** An ended job whose manifest tells of a skipped item. */
async function addJobWithErrors(service: TestService): Promise<void> {
  const job = await addJob(service, { id: "job-1" });
  const running = claimJob(job, { worker: "w", leaseMillis: 1000 }, service.deps.now());
  const skip = { type: "skip", code: "readers/item-unmappable", item: 3, title: HOSTILE, archiveOffset: 77 };
  await service.deps.jobs.update(running);
  const ended = finishJob(running, { status: "succeeded_with_errors" }, running.progress, service.deps.now());
  await service.deps.jobs.update(ended);
  await service.deps.results.write("job-1/manifest.jsonl", [new TextEncoder().encode(`${JSON.stringify(skip)}\n`)]);
}

describe("every page", () => {
  it.each(["/", "/jobs/job-1"])(
    "%s runs its one script, talks to its own service, and is framed by nobody",
    async (path) => {
      await using service = await createTestService();
      await addFinishedJob(service, "job-1", {});
      const response = await service.app.request(path);
      const text = await response.text();
      const hashOf = (tag: string) => {
        const content = new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, "s").exec(text)?.[1] ?? "";
        return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
      };
      expect(response.headers.get("content-security-policy")?.split("; ")).toEqual([
        "default-src 'none'",
        `script-src ${hashOf("script")}`,
        `style-src ${hashOf("style")}`,
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]);
    },
  );

  it("names nothing that lies elsewhere", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", { "mail/000001-a.eml": "x" });
    for (const path of ["/", "/jobs/job-1"])
      expect(await textOf(service, path)).not.toMatch(/(src|href)="?(https?:)?\/\//);
  });

  it("shows a hostile name as text", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", source: { key: "k", filename: HOSTILE, size: 1, etag: null } });
    for (const path of ["/", "/jobs/job-1"]) {
      const page = await textOf(service, path);
      expect(page).not.toContain(HOSTILE);
      expect(page).toContain("&lt;script&gt;");
    }
  });

  it("is loaded again and again without script, but only while a job is at work", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    expect(await textOf(service, "/")).not.toContain('refresh"');
    expect(await textOf(service, "/jobs/job-1")).not.toContain('refresh"');
    await addJob(service, { id: "job-2" });
    for (const path of ["/", "/jobs/job-2"]) {
      expect(await textOf(service, path)).toContain('<noscript><meta http-equiv="refresh" content="2"></noscript>');
    }
  });

  it("has the script that its sources say", async () => {
    expect(`${JSON.stringify(SCRIPT)};`).toBe((await buildPageScript()).split("\n")[2]?.trim());
  });
});

describe("the page of a job", () => {
  it("groups the files by kind, with sizes and links", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", { "mail/000001-a b.eml": "x".repeat(1500), "contacts/000002-b.vcf": "y" });
    const page = await textOf(service, "/jobs/job-1");
    expect(page).toContain('<a href="/v1/jobs/job-1/files/mail/000001-a%20b.eml">mail/000001-a b.eml</a>');
    expect(page).toContain("1.5 KB");
    expect(page).toMatch(/<h3>Mail \(1\)<\/h3>.*<h3>Contacts \(1\)<\/h3>/s);
    expect(page).toContain('href="/v1/jobs/job-1/archive.zip"');
    expect(page).toContain('href="/v1/jobs/job-1/contacts.vcf"');
    expect(page).not.toContain("calendar.ics");
  });

  it("tells in plain language what was lost, with its code", async () => {
    await using service = await createTestService();
    await addJobWithErrors(service);
    const page = await textOf(service, "/jobs/job-1");
    expect(page).toContain("<code>readers/item-unmappable</code>");
    expect(page).toContain("at byte 77");
    expect(page).toContain("&lt;script&gt;alert");
    expect(page).toContain('href="/v1/jobs/job-1/errors?format=csv"');
  });

  it("is not there for somebody else's job", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", owner: "somebody" });
    expect((await service.app.request("/jobs/job-1")).status).toBe(404);
    expect((await post(service, "/jobs/job-1/cancel")).status).toBe(404);
  });
});

describe("the buttons of a job", () => {
  it("cancel it, by a plain form that leads back to its page", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1" });
    expect(await textOf(service, "/jobs/job-1")).toContain('<form method="post" action="/jobs/job-1/cancel">');
    const answer = await post(service, "/jobs/job-1/cancel");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/jobs/job-1"]);
    expect(await service.deps.jobs.get("job-1")).toMatchObject({ status: "canceled" });
  });

  it("delete it and lead to the list", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", { "report.json": "{}" });
    const answer = await post(service, "/jobs/job-1/delete");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    expect(await service.deps.jobs.get("job-1")).toBeNull();
  });

  it("say on a page why something does not go", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    const answer = await post(service, "/jobs/job-1/cancel");
    const page = await answer.text();
    expect(answer.status).toBe(409);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(page).toContain("jobs/transition-invalid");
  });
});
