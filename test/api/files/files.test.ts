import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FileView } from "../../../functions/api/files/file-contract.ts";
import { addFinishedJob, createTestService } from "../test-service.ts";

interface FileList {
  readonly files: readonly FileView[];
  readonly nextCursor: string | null;
}

const FILES = {
  "calendar/invites/000002-tea.ics": "BEGIN:VCALENDAR\r\n",
  "contacts/000003-ada.vcf": "BEGIN:VCARD\r\n",
  "mail/000001-tea.eml": "Subject: Tea\r\n\r\n",
  "manifest.jsonl": "{}\n",
  "other/000004.bin": "\u0000",
  "report.json": "{}",
};

describe("GET /v1/jobs/{id}/files", () => {
  it("lists path, size, media type and address of each file, by path", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", FILES);
    const { files } = (await (await service.app.request("/v1/jobs/job-1/files")).json()) as FileList;
    expect(files.map(({ path }) => path)).toEqual(Object.keys(FILES));
    expect(files[2]).toEqual({
      path: "mail/000001-tea.eml",
      kind: "mail",
      size: 16,
      mediaType: "message/rfc822",
      url: "/v1/jobs/job-1/files/mail/000001-tea.eml",
    });
    for (const { path, url } of files) {
      expect(await (await service.app.request(url)).text()).toBe(FILES[path as keyof typeof FILES]);
    }
  });

  it("leads from page to page by Link until every file was there once", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", FILES);
    await addFinishedJob(service, "job-10", { "other.eml": "of another job" });
    const seen: string[] = [];
    let next: string | undefined = "/v1/jobs/job-1/files?limit=2";
    while (next !== undefined) {
      const response = await service.app.request(next);
      seen.push(...((await response.json()) as FileList).files.map(({ path }) => path));
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    }
    expect(seen).toEqual(Object.keys(FILES));
  });

  it("shows the files of one kind, page by page", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {
      ...FILES,
      "archive.zip": "PK",
      "calendar/work.ics": "BEGIN:VCALENDAR\r\n",
      "mail/000009-b.eml": "\r\n",
      "mail/inbox.mbox": "From ",
      "notes/000005-a.ics": "",
      "notes/000005-a.md": "",
      "tasks/000006-a.ics": "",
      "unmapped/000007.xml": "<a/>",
    });
    const list = async (kind: string) => {
      const seen: string[] = [];
      let next: string | undefined = `/v1/jobs/job-1/files?limit=1&kind=${kind}`;
      while (next !== undefined) {
        const response = await service.app.request(next);
        seen.push(...((await response.json()) as FileList).files.map((file) => `${file.kind} ${file.path}`));
        next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
      }
      return seen;
    };
    expect(await list("mail")).toEqual(["mail mail/000001-tea.eml", "mail mail/000009-b.eml"]);
    expect(await list("calendar")).toEqual(["calendar calendar/invites/000002-tea.ics"]);
    expect(await list("contact")).toEqual(["contact contacts/000003-ada.vcf"]);
    expect(await list("task")).toEqual(["task tasks/000006-a.ics"]);
    expect(await list("note")).toEqual(["note notes/000005-a.ics", "note notes/000005-a.md"]);
    expect(await list("other")).toEqual(["other other/000004.bin", "other unmapped/000007.xml"]);
    expect(await list("pack")).toEqual(["pack archive.zip", "pack mail/inbox.mbox"]);
    expect(await list("document")).toEqual([
      "document calendar/work.ics",
      "document manifest.jsonl",
      "document report.json",
    ]);
    expect((await service.app.request("/v1/jobs/job-1/files?kind=song")).status).toBe(400);
  });

  it("does not show what workers keep for each other", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", { ".work/checkpoint-000001-000001.json": "{}", "mail/000001-a.eml": "" });
    const { files } = (await (await service.app.request("/v1/jobs/job-1/files")).json()) as FileList;
    expect(files.map(({ path }) => path)).toEqual(["mail/000001-a.eml"]);
    for (const path of [".work/checkpoint-000001-000001.json", "%2ework%2fcheckpoint-000001-000001.json"]) {
      expect((await service.app.request(`/v1/jobs/job-1/files/${path}`)).status).toBe(404);
    }
  });

  it("is an empty list for a job without results", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    expect(await (await service.app.request("/v1/jobs/job-1/files")).json()).toEqual({ files: [], nextCursor: null });
  });
});

describe("GET /v1/jobs/{id}/files/{path}", () => {
  it("is a download that no browser may guess about or run", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", { 'mail/a "b" ☕;.eml': "Subject: a\r\n\r\n" });
    const { files } = (await (await service.app.request("/v1/jobs/job-1/files")).json()) as FileList;
    const response = await service.app.request(files[0]?.url ?? "");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "message/rfc822",
      "content-length": "14",
      "content-disposition": `attachment; filename="a _b_ _;.eml"; filename*=UTF-8''a%20%22b%22%20%E2%98%95%3B.eml`,
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
    });
  });

  it("answers 304 to whoever knows the ETag, and the content to whoever knows another", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", FILES);
    const request = (etag: string) =>
      service.app.request("/v1/jobs/job-1/files/report.json", { headers: { "if-none-match": etag } });
    const etag = (await request('"other"')).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    expect((await request(etag)).status).toBe(304);
    expect((await request(`"x", W/${etag}`)).status).toBe(304);
    expect((await request('"other"')).status).toBe(200);
  });

  it("answers HEAD like GET, without the content", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", FILES);
    const response = await service.app.request("/v1/jobs/job-1/files/report.json", { method: "HEAD" });
    expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "2", ""]);
  });

  it.each([
    "../job-2/secret.eml",
    "..%2fjob-2%2fsecret.eml",
    "%2e%2e/job-2/secret.eml",
    "%2e%2e%2fjob-2%2fsecret.eml",
    "%252e%252e%252fjob-2%252fsecret.eml",
    "..%5cjob-2%5csecret.eml",
    "mail/..%2f..%2fjob-2%2fsecret.eml",
    "mail//000001-tea.eml",
    "%2fetc%2fpasswd",
    "mail%00",
    "mail",
    "mail/",
    "%ff%fe",
    "%",
    "a".repeat(5000),
  ])("does not lead out of the job's folder by %s", async (path) => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", FILES);
    await addFinishedJob(service, "job-2", { "secret.eml": "secret" });
    await writeFile(join(service.folder, "secret.eml"), "secret");
    const response = await service.app.request(`/v1/jobs/job-1/files/${path}`);
    expect(response.status).toBe(404);
  });
});

describe("a range of a file", () => {
  const TEXT = "Subject: Tea\r\n\r\n";
  const ask = async (headers: Record<string, string>) => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", { "mail/a.eml": TEXT });
    const response = await service.app.request("/v1/jobs/job-1/files/mail/a.eml", { headers });
    return { response, text: await response.text() };
  };

  it.each([
    ["bytes=0-6", "Subject", "bytes 0-6/16"],
    ["bytes=9-11", "Tea", "bytes 9-11/16"],
    ["bytes=12-", "\r\n\r\n", "bytes 12-15/16"],
    ["bytes=-2", "\r\n", "bytes 14-15/16"],
    ["bytes=15-99", "\n", "bytes 15-15/16"],
  ])("%s is just these bytes", async (range, expected, place) => {
    const { response, text } = await ask({ range });
    expect([response.status, text]).toEqual([206, expected]);
    expect(response.headers.get("content-range")).toBe(place);
    expect(response.headers.get("content-length")).toBe(String(expected.length));
    expect(response.headers.get("content-disposition")).toContain("a.eml");
  });

  it("behind the end is a problem that names the size", async () => {
    const { response, text } = await ask({ range: "bytes=16-" });
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */16"]);
    expect(JSON.parse(text)).toMatchObject({ code: "api/range-not-satisfiable" });
  });

  it("of a version that is gone is the whole new one", async () => {
    const { response, text } = await ask({ range: "bytes=0-6", "if-range": '"old"' });
    expect([response.status, text]).toEqual([200, TEXT]);
    const etag = response.headers.get("etag") ?? "";
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(etag).not.toBe("");
  });

  it.each(["bytes=0-1,4-5", "lines=1-2", "bytes=x"])("that cannot be given (%s) is the whole", async (range) => {
    const { response, text } = await ask({ range });
    expect([response.status, text]).toEqual([200, TEXT]);
  });
});
