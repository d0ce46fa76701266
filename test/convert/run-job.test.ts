import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { collectBytes, concatBytes } from "../../shared/bytes/byte-source.ts";
import type { Job } from "../../shared/job.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { contentOf, makeSampleArchive, openWorkplace, queueJob } from "../support/workplace.ts";
import { withSlowReads, wrapObjectStore } from "../support/wrap-object-store.ts";

const NEVER = new AbortController().signal;

describe("a run of a job", () => {
  it("writes the files, a manifest of them and the report", async () => {
    const place = await openWorkplace();
    const archive = makeSampleArchive();
    await queueJob(place, archive);
    const job = await createRunJob(place)("job-1", NEVER);
    expect(job).toMatchObject({ status: "succeeded", attempt: 1, error: null, lease: null });
    expect(job.progress).toMatchObject({ bytesRead: archive.length, bytesTotal: archive.length });
    expect(job.progress.items).toMatchObject({ mail: 3, calendar: 1, contact: 1 });
    expect(await place.jobs.get("job-1")).toEqual(job);

    const content = await contentOf(place.results, "job-1/");
    const manifest = (content.get("manifest.jsonl") ?? "").trimEnd().split("\n");
    const files = manifest.map((line) => JSON.parse(line)).filter(({ type }) => type === "file");
    expect([...files.map(({ path }) => path), "manifest.jsonl", "report.json"].toSorted()).toEqual([...content.keys()]);
    for (const { path, size, sha256 } of files) {
      const bytes = Buffer.from(content.get(path) ?? "", "latin1");
      expect({ size: bytes.length, sha256: sha256Of(bytes) }).toEqual({ size, sha256 });
    }
    expect(JSON.parse(content.get("report.json") ?? "")).toMatchObject({
      tool: { version: "1.2.3" },
      source: { size: archive.length, sha256: sha256Of(archive) },
      items: { written: 5 },
    });
  });

  it("gives the same bytes whatever the concurrency, the attempt and the clock", async () => {
    const results: Map<string, string>[] = [];
    for (const writeConcurrency of [1, 2, 64]) {
      const place = await openWorkplace({ writeConcurrency, now: () => new Date(writeConcurrency * 1e12) });
      await queueJob(place, makeSampleArchive(), { attempt: writeConcurrency });
      await createRunJob(place)("job-1", NEVER);
      results.push(await contentOf(place.results, "job-1/"));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it("says succeeded_with_errors when a block is lost", async () => {
    const place = await openWorkplace();
    const archive = Buffer.from(makeSampleArchive());
    archive.writeUInt8(archive.readUInt8(500) ^ 1, 500);
    await queueJob(place, archive);
    const job = await createRunJob(place)("job-1", NEVER);
    expect(job).toMatchObject({ status: "succeeded_with_errors", error: null, progress: { blocks: { bad: 1 } } });
    expect([...(await contentOf(place.results, "job-1/")).keys()].join()).toContain(".partial.eml");
  });

  it.each([
    ["payload/empty", new Uint8Array(0)],
    ["payload/unrecognised", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10, 0x4a, 0x46, 0x49, 0x46, 0, 1])],
    ["hu01/nothing-recovered", concatBytes([makeArchive(makeMessage({ seed: 1 })).subarray(0, 40), new Uint8Array(9)])],
  ])("ends as failed with %s and leaves no result", async (code, archive) => {
    const place = await openWorkplace();
    await queueJob(place, archive);
    const job = await createRunJob(place)("job-1", NEVER);
    expect(job).toMatchObject({ status: "failed", error: { code } });
    expect(job.error?.message).toMatch(/\.$/);
    expect(await contentOf(place.results, "")).toEqual(new Map());
  });

  it("ends as failed when the source is gone, or is another by now", async () => {
    const place = await openWorkplace();
    const run = createRunJob(place);
    const gone = await queueJob(place, makeSampleArchive(), { id: "gone" });
    await place.sources.delete(gone.source.key);
    expect(await run("gone", NEVER)).toMatchObject({ status: "failed", error: { code: "stores/not-found" } });
    const changed = await queueJob(place, makeSampleArchive(), { id: "changed" });
    await place.sources.write(changed.source.key, [Buffer.from("newer")]);
    expect(await run("changed", NEVER)).toMatchObject({ status: "failed", error: { code: "stores/source-changed" } });
  });

  it("pins the version of the source that it found when the record names none", async () => {
    const place = await openWorkplace();
    const job = await queueJob(place, makeSampleArchive());
    await place.jobs.update({ ...job, version: 2, source: { ...job.source, etag: null, size: null } });
    expect((await createRunJob(place)("job-1", NEVER)).source).toEqual(job.source);
  });

  it("ends as failed when the source is written over while it is read", async () => {
    const place = await openWorkplace();
    const archive = makeSampleArchive();
    const { source } = await queueJob(place, archive);
    const sources = wrapObjectStore(place.sources, {
      read: async function* (key, options) {
        for await (const chunk of place.sources.read(key, options)) {
          yield chunk.subarray(0, 100);
          await place.sources.write(source.key, [Buffer.from("newer")]);
          yield* [chunk.subarray(100)];
          if ((await place.sources.head(key))?.etag !== options?.etag) yield* place.sources.read(key, options);
        }
      },
    });
    const job = await createRunJob({ ...place, sources })("job-1", NEVER);
    expect(job).toMatchObject({ status: "failed", error: { code: "stores/source-changed" } });
    expect(await contentOf(place.results, "")).toEqual(new Map());
  });

  it("does not take a read that ends early for an archive that was cut off", async () => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const sources = wrapObjectStore(place.sources, {
      read: async function* (key, options) {
        yield (await collectBytes(place.sources.read(key, options))).subarray(0, 3_000);
      },
    });
    const job = await createRunJob({ ...place, sources })("job-1", NEVER);
    expect(job).toMatchObject({ status: "failed", error: { code: "stores/read-failed", details: { given: 3_000 } } });
    expect(await contentOf(place.results, "")).toEqual(new Map());
  });

  it("tells how far it is, at most once a second", async () => {
    const place = await openWorkplace();
    await queueJob(place, makeSampleArchive());
    const sources = withSlowReads(place.sources, 200);
    const update = vi.spyOn(place.jobs, "update");
    const seen: Job[] = [];
    const started = Date.now();
    const job = await createRunJob({ ...place, sources })("job-1", NEVER, (progress) => seen.push(progress));
    const seconds = (Date.now() - started) / 1000;
    expect(job.status).toBe("succeeded");
    // Claim, pin, end, and one for each second.
    expect(update.mock.calls.length).toBeGreaterThan(3);
    expect(update.mock.calls.length).toBeLessThanOrEqual(3 + seconds);
    const bytes = seen.map(({ progress }) => progress.bytesRead);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(new Set(bytes).size).toBeGreaterThan(2);
    expect(seen.at(-1)).toEqual(job);
  });
});

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
