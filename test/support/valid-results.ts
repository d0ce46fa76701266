import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { expectValidPim } from "./pim-oracles.ts";

/** Files that the converter makes of calendars and cards; not the originals that it keeps beside them. */
const RESULT = /(?:^|[/\\])(?:calendar|tasks|notes|contacts)[/\\](?:[^/\\]+[/\\])*[^/\\]+(?:\.ics|(?<!\.orig)\.vcf)$/;

/** Judges a file of a conversion, when it is a calendar or a card. Every way of converting in tests leads here. */
export function expectValidResult(path: string, bytes: Uint8Array): void {
  if (!RESULT.test(path)) return;
  try {
    expectValidPim(bytes);
  } catch (error) {
    expect.fail(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Judges every calendar and card that conversions left in a folder. */
export async function expectValidResultsIn(folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (RESULT.test(path)) expectValidResult(path, await readFile(join(folder, path)));
  }
}
