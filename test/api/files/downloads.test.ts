import { describe, expect, it } from "vitest";
import { makeArchive } from "../../support/make-archive.ts";
import { readZip } from "../../support/read-zip.ts";
import { contentOf, makeSampleArchive } from "../../support/workplace.ts";
import { addConvertedJob } from "../converted-job.ts";
import { addFinishedJob, addJob, createTestService, type TestService } from "../test-service.ts";

const JOB = "/v1/jobs/job-1";
const DOWNLOADS = ["report", "manifest", "errors", "archive.zip", "calendar.ics", "contacts.vcf"] as const;

const get = ({ app }: TestService, path: string, headers: Record<string, string> = {}) =>
  app.request(`${JOB}/${path}`, { headers });
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe.each(DOWNLOADS)("GET /v1/jobs/{id}/%s", (download) => {
  it("is a file to save, with an ETag that spares whoever has it", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", makeSampleArchive());
    const response = await get(service, download);
    expect(response.status, await response.clone().text()).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-disposition": expect.stringMatching(
        /^attachment; filename="[a-z0-9.-]+"; filename\*=UTF-8''[a-z0-9.-]+$/,
      ),
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-cache",
    });
    const etag = response.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await get(service, download, { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("answers HEAD with the same headers and nothing behind them", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", makeSampleArchive());
    const [get, head] = await Promise.all(
      ["GET", "HEAD"].map((method) => service.app.request(`${JOB}/${download}`, { method })),
    );
    expect([head?.status, await head?.text()]).toEqual([200, ""]);
    expect(Object.fromEntries(head?.headers ?? [])).toEqual(Object.fromEntries(get?.headers ?? []));
  });

  it("waits for the end of the job", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1" });
    const response = await get(service, download);
    expect([response.status, await response.json()]).toMatchObject([409, { code: "jobs/not-ended" }]);
  });

  it("is not there when the job has nothing of the kind", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {});
    const response = await get(service, download);
    expect([response.status, await response.json()]).toMatchObject([404, { code: "api/not-found" }]);
  });

  it("does not exist for others", async () => {
    await using service = await createTestService();
    await addJob(service, { id: "job-1", owner: "somebody", status: "succeeded" });
    expect(await (await get(service, download)).json()).toMatchObject({ code: "jobs/not-found" });
  });

  it("fits into one answer where the platform bounds answers, or is refused", async () => {
    const linkTo = async ({ key }: { key: string }) => `https://results.example/${key}`;
    const statusAt = async (maxBytes: number) => {
      await using service = await createTestService(() => ({ linkTo, answerLimit: { maxBytes } }));
      await addConvertedJob(service, "job-1", makeArchive(Buffer.from("Subject: a\r\n\r\nb\r\n")));
      await service.deps.results.write("job-1/calendar/000009-a.ics", [
        Buffer.from("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
      ]);
      await service.deps.results.write("job-1/contacts/000009-a.vcf", [Buffer.from("BEGIN:VCARD\r\nEND:VCARD\r\n")]);
      await service.deps.results.write("job-1/manifest.jsonl", [
        Buffer.from('{"type":"gap","code":"hu01/truncated"}\n'),
      ]);
      return (await get(service, download)).status;
    };
    const isLinked = download === "report" || download === "manifest";
    expect([await statusAt(10_000), await statusAt(10)]).toEqual(isLinked ? [302, 302] : [200, 409]);
  });
});

describe("GET /v1/jobs/{id}/archive.zip", () => {
  it("holds every file of the result, the same bytes each time", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", makeSampleArchive());
    const [zip, again] = [
      await bytesOf(await get(service, "archive.zip")),
      await bytesOf(await get(service, "archive.zip")),
    ];
    const files = await contentOf(service.deps.results, "job-1/");
    const entries = await readZip(zip);
    expect(entries.map(({ name }) => name)).toEqual([...files.keys()]);
    for (const { name, bytes, modified } of entries) {
      expect(Buffer.from(bytes).toString("latin1")).toBe(files.get(name));
      expect(modified).toEqual(new Date("1980-01-01T00:00:00.000Z"));
    }
    expect(Buffer.from(again).equals(zip)).toBe(true);
  });

  it("is the ZIP that the job made itself, ranges included", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", makeSampleArchive(), { pack: "zip" });
    const own = await bytesOf(await service.app.request(`${JOB}/files/archive.zip`));
    expect(Buffer.from(await bytesOf(await get(service, "archive.zip"))).equals(own)).toBe(true);
    const part = await get(service, "archive.zip", { range: "bytes=0-1" });
    expect([part.status, await part.text()]).toEqual([206, "PK"]);
  });

  it("leads to the job's own ZIP where the platform bounds answers", async () => {
    await using service = await createTestService(() => ({
      answerLimit: { maxBytes: 10 },
      linkTo: async ({ key, mediaType }) => `https://results.example/${key}?type=${mediaType}`,
    }));
    await addConvertedJob(service, "job-1", makeSampleArchive(), { pack: "zip" });
    const response = await get(service, "archive.zip");
    expect([response.status, response.headers.get("location")]).toEqual([
      302,
      "https://results.example/job-1/archive.zip?type=application/zip",
    ]);
  });

  it("stops reading when the client goes away", async () => {
    let open = 0;
    let opened = 0;
    await using service = await createTestService(({ results }) => ({
      results: {
        ...bind(results),
        read: async function* (key, options) {
          open += 1;
          opened += 1;
          try {
            yield* results.read(key, options);
          } finally {
            open -= 1;
          }
        },
      },
    }));
    const random = Buffer.alloc(1 << 20);
    for (let at = 0; at < random.length; at += 4) random.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`mail/${index}.eml`, random.toString("latin1")]),
    );
    await addFinishedJob(service, "job-1", files);
    const reader = (await get(service, "archive.zip")).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => open).toBe(0);
    expect(opened).toBeLessThan(20);
  });

  it("breaks off when a file cannot be read, rather than end well without it", async () => {
    await using service = await createTestService(({ results }) => ({
      results: {
        ...bind(results),
        read: async function* (key, options) {
          if (key.endsWith("b.eml")) throw new Error("gone");
          yield* results.read(key, options);
        },
      },
    }));
    await addFinishedJob(service, "job-1", { "a.eml": "a", "b.eml": "b", "c.eml": "c" });
    await expect((await get(service, "archive.zip")).arrayBuffer()).rejects.toThrow();
  });
});

/** The same store with its methods bound, to be spread. */
function bind(store: TestService["deps"]["results"]): TestService["deps"]["results"] {
  return {
    head: (key) => store.head(key),
    read: (key, options) => store.read(key, options),
    write: (key, content, options) => store.write(key, content, options),
    list: (prefix, options) => store.list(prefix, options),
    delete: (key) => store.delete(key),
  };
}
