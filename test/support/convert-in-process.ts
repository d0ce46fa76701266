import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ReportDocument } from "../../shared/report/job-report.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const PROGRAM = fileURLToPath(new URL("./converting-process.ts", import.meta.url));
const MAX_OUTPUT_BYTES = 64 * 1024 ** 2;

/** How the process converts, and in what surroundings. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly writeConcurrency?: number;
  /** Threads that decode; 1 for none beside the one that converts. */
  readonly threads?: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a conversion in a process of its own gave and cost. */
interface Costed {
  readonly status: string;
  readonly processorMillis: number;
  /** Most memory the process ever had, all of it. */
  readonly maxRssBytes: number;
  /** SHA-256 of each result by its path. */
  readonly files: Readonly<Record<string, string>>;
  readonly report: ReportDocument;
  readonly manifest: readonly Record<string, unknown>[];
}

/** Converts an archive in a process of its own. */
export async function convertInProcess(archive: Uint8Array, surroundings: Surroundings = {}): Promise<Costed> {
  const { env = {}, ...settings } = surroundings;
  const folder = await makeTemporaryFolder();
  const path = join(folder, "archive");
  await writeFile(path, archive);
  const words = [PROGRAM, path, join(folder, "out"), JSON.stringify(settings)];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    env: { ...process.env, ...env },
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  const { texts, ...given } = JSON.parse(stdout);
  const manifest = texts["manifest.jsonl"].split("\n").filter((line: string) => line !== "");
  return {
    ...given,
    report: JSON.parse(texts["report.json"]),
    manifest: manifest.map((line: string) => JSON.parse(line)),
  };
}
