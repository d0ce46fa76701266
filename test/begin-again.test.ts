import { describe, expect, it } from "vitest";
import { ARCHIVE_START, Trail } from "../shared/begin-again.ts";
import { collectBytes } from "../shared/bytes/byte-source.ts";
import { convertArchive } from "../shared/convert-archive.ts";
import type { ResumePoint } from "../shared/items/milestone.ts";
import { filesOf } from "../shared/items/outcome.ts";
import { DEFAULT_LIMITS } from "../shared/limits.ts";
import { DEFAULT_OPTIONS } from "../shared/options.ts";
import { JobReport } from "../shared/report/job-report.ts";
import { chunksOf } from "./support/decode-all.ts";
import { MIXED_ARCHIVES } from "./support/mixed-archives.ts";
import { expectValidResult } from "./support/valid-results.ts";

/** Small, so that some messages are streamed and surveyed. */
const LIMITS = { ...DEFAULT_LIMITS, maxBufferedItemBytes: 20_000, maxHeaderBytes: 4_096, maxSniffBytes: 2_048 };

interface Journey {
  /** What each outcome came to: its lines of the manifest, and its files. */
  readonly told: readonly string[];
  /** Where to go on behind each of them. */
  readonly points: readonly ResumePoint[];
  readonly blocks: readonly [ok: number, bad: number];
}

async function travel(archive: Uint8Array, start?: ResumePoint): Promise<Journey> {
  const report = new JobReport({ toolVersion: "test", options: DEFAULT_OPTIONS });
  const open = (offset: number) => chunksOf(archive.subarray(offset), 10_000);
  const tally = { blocksOk: 0, blocksBad: 0 };
  const trail = new Trail(start ?? ARCHIVE_START);
  const told: string[] = [];
  const points = [trail.point];
  const source = { bytes: open(0), size: archive.length, reopen: open };
  for await (const outcome of convertArchive(source, DEFAULT_OPTIONS, LIMITS, tally, start)) {
    trail.add(outcome);
    if (outcome.outcome === "milestone") {
      points[points.length - 1] = trail.point;
      continue;
    }
    const receipts = [];
    for (const { path, mediaType, content } of filesOf(outcome)) {
      const bytes = await collectBytes(content);
      expectValidResult(path, bytes);
      receipts.push({ path, mediaType, size: bytes.length, sha256: Buffer.from(bytes).toString("base64") });
    }
    told.push([outcome.outcome, ...report.add(outcome, receipts)].join("\n"));
    points.push(trail.point);
  }
  return { told, points, blocks: [tally.blocksOk, tally.blocksBad] };
}

describe("a journey that is begun again", () => {
  it.each(Object.entries(MIXED_ARCHIVES))("goes on with what is left, wherever that is: %s", async (_name, archive) => {
    const whole = await travel(archive);
    expect(whole.told.length).toBeGreaterThan(1);
    for (const [done, point] of whole.points.entries()) {
      const stored = JSON.parse(JSON.stringify(point)) as ResumePoint;
      const rest = await travel(archive, stored);
      expect(rest.told).toEqual(whole.told.slice(done));
      expect(rest.points).toEqual(whole.points.slice(done));
      expect(rest.blocks).toEqual(whole.blocks);
    }
  });

  it("passes what is done without reading its items again", async () => {
    const longest = async (name: string) =>
      Math.max(...(await travel(MIXED_ARCHIVES[name] as Uint8Array)).points.map(({ outcomes }) => outcomes));
    expect(await longest("streams with damage and foreign bytes")).toBeLessThan(9);
    expect(await longest("a tar in gzip")).toBeLessThan(9);
    expect(await longest("an mbox")).toBeLessThan(4);
  });
});
