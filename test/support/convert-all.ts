import { createHash } from "node:crypto";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { convertArchive } from "../../shared/convert-archive.ts";
import { filesOf, type Outcome, type Receipt } from "../../shared/items/outcome.ts";
import { DEFAULT_LIMITS, type Limits } from "../../shared/limits.ts";
import { type ConvertOptions, DEFAULT_OPTIONS } from "../../shared/options.ts";
import { JobReport, type ReportDocument } from "../../shared/report/job-report.ts";
import { chunksOf } from "./decode-all.ts";
import { expectValidResult } from "./valid-results.ts";

/** What a conversion gives, all of it in memory. */
export interface Converted {
  readonly outcomes: readonly Outcome[];
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Lines of manifest.jsonl, parsed. */
  readonly manifest: readonly Record<string, unknown>[];
  readonly report: ReportDocument;
  readonly hasErrors: boolean;
}

/** Converts an archive as a job would, one file after the other. */
export async function convertAll(
  archive: Uint8Array,
  settings: {
    readonly options?: Partial<ConvertOptions>;
    readonly limits?: Partial<Limits>;
    readonly chunkBytes?: number;
  } = {},
): Promise<Converted> {
  const options = { ...DEFAULT_OPTIONS, ...settings.options };
  const open = (offset: number) => chunksOf(archive.subarray(offset), settings.chunkBytes ?? archive.length);
  const report = new JobReport({ toolVersion: "test", options });
  const outcomes: Outcome[] = [];
  const files = new Map<string, Uint8Array>();
  const lines: string[] = [];
  const source = { bytes: open(0), size: archive.length, reopen: open };
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  for await (const outcome of convertArchive(source, options, limits, { blocksOk: 0, blocksBad: 0 })) {
    const receipts: Receipt[] = [];
    for (const file of filesOf(outcome)) {
      const bytes = await collectBytes(file.content);
      expectValidResult(file.path, bytes);
      if (files.has(file.path)) throw new Error(`two files have the path ${file.path}`);
      files.set(file.path, bytes);
      receipts.push({ path: file.path, mediaType: file.mediaType, size: bytes.length, sha256: sha256(bytes) });
    }
    if (outcome.outcome !== "milestone") outcomes.push(outcome);
    lines.push(...report.add(outcome, receipts));
  }
  return {
    outcomes,
    files,
    manifest: lines.map((line) => JSON.parse(line)),
    report: report.finish({ size: archive.length, sha256: sha256(archive) }),
    hasErrors: report.hasErrors,
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
