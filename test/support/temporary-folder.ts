import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { expectValidResultsIn } from "./valid-results.ts";

const made: string[] = [];

afterEach(async () => {
  for (const folder of made.splice(0)) {
    try {
      await expectValidResultsIn(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
});

/** A new empty folder, removed after the test that asked for it; calendars and cards in its results are judged. */
export async function makeTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hu01-test-"));
  made.push(folder);
  return folder;
}
