import { describe, expect, it } from "vitest";
import { makeArchive } from "../../support/make-archive.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";
import { addConvertedJob } from "../converted-job.ts";
import { addFinishedJob, createTestService, type TestService } from "../test-service.ts";

const get = ({ app }: TestService, query = "", headers: Record<string, string> = {}) =>
  app.request(`/v1/jobs/job-1/errors${query}`, { headers });

/** An archive of one message, with a byte of its third block changed. */
function damagedArchive(): Uint8Array {
  const archive = makeArchive(makeMessage({ seed: 1, subject: "tea", textBytes: 9_000 }), {
    blockBytes: 1_000,
    stored: true,
  });
  const at = 40 + 2 * 1_020 + 500;
  archive[at] = (archive[at] ?? 0) ^ 1;
  return archive;
}

describe("GET /v1/jobs/{id}/errors", () => {
  it("tells each loss with its place and what it means, as JSON lines", async () => {
    await using service = await createTestService();
    const job = await addConvertedJob(service, "job-1", damagedArchive());
    expect(job.status).toBe("succeeded_with_errors");
    const response = await get(service);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const rows = (await response.text())
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
      "hu01/block-table-invalid",
      "hu01/block-table-invalid",
    ]);
    expect(rows.find(({ item }) => item === 1)).toMatchObject({
      title: "tea",
      path: expect.stringMatching(/^mail\/000001.*\.partial\.eml$/),
      archiveOffset: 40 + 2 * 1_020,
      missingBytes: 1_000,
      meaning: expect.stringContaining("code lengths"),
    });
  });

  it.each([
    ["?format=csv", {}],
    ["", { accept: "text/csv;q=0.9, application/x-ndjson;q=0.1" }],
  ])("is CSV for whoever asks for it (%s %o)", async (query, headers) => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", damagedArchive());
    const response = await get(service, query, headers as Record<string, string>);
    expect(response.headers.get("content-type")).toContain("text/csv");
    const [head, first] = (await response.text()).split("\r\n");
    expect(head).toBe("severity,code,meaning,item,itemId,path,title,archiveOffset,archiveLength,missingBytes");
    expect(first).toMatch(/^(?:error|warning),/);
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=cmd|"/c calc"!A0'])(
    "lets %j become no formula",
    async (title) => {
      await using service = await createTestService();
      const line = { type: "skip", code: "readers/item-unmappable", item: 1, name: title, archiveOffset: -1 };
      await addFinishedJob(service, "job-1", { "manifest.jsonl": `${JSON.stringify(line)}\n` });
      const text = await (await get(service, "?format=csv")).text();
      expect(text).toContain(`'${title[0]}`);
      expect(text).not.toMatch(/(?:^|,)"?[=+@\t]/m);
      expect(text).toContain(",-1,");
    },
  );

  it("tells a warning of an item with several files once", async () => {
    await using service = await createTestService();
    const file = (path: string) => ({ type: "file", path, item: 1, title: "a", warnings: ["bare-lf"] });
    const lines = [file("notes/000001.ics"), file("notes/000001.md"), { ...file("mail/000002.eml"), item: 2 }];
    const manifest = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    await addFinishedJob(service, "job-1", { "manifest.jsonl": manifest });
    expect((await (await get(service)).text()).trimEnd().split("\n")).toHaveLength(2);
  });

  it("is empty where nothing is wrong, and refuses other forms", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", { "manifest.jsonl": '{"type":"stream"}\n' });
    expect(await (await get(service)).text()).toBe("");
    expect((await get(service, "?format=xml")).status).toBe(400);
  });
});
