import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { addFinishedJob, addJob, createTestService } from "./test-service.ts";

describe("the page", () => {
  it("lists jobs and links their files", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", { "mail/a b.eml": "x" });
    const page = await (await service.app.request("/")).text();
    expect(page).toContain("a.hu01");
    expect(page).toContain('<a href="/v1/jobs/job-1/files/mail/a%20b.eml">mail/a b.eml</a>');
  });

  it("shows a hostile name as text", async () => {
    await using service = await createTestService();
    const source = { key: "k", filename: `<script>alert("x")</script>`, size: 1, etag: null };
    await addJob(service, { id: "job-1", source });
    const page = await (await service.app.request("/")).text();
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;");
  });

  it("may load nothing, run nothing, and be framed by nobody; its one style is named by its hash", async () => {
    await using service = await createTestService();
    const response = await service.app.request("/");
    const policy = response.headers.get("content-security-policy");
    const style = /<style>(.*)<\/style>/s.exec(await response.text())?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(policy?.split("; ")).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it("loads itself again only while a job is at work", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    expect(await (await service.app.request("/")).text()).not.toContain("refresh");
    await addJob(service, { id: "job-2" });
    expect(await (await service.app.request("/")).text()).toContain("refresh");
  });
});
