import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createRunJob } from "../functions/convert/run-job.ts";
import { concatBytes } from "../shared/bytes/byte-source.ts";
import { makeTemporaryFolder } from "./local/run-cli.ts";
import { makeArchive } from "./support/make-archive.ts";
import { makeCalendar, makeMessage, makeVcard } from "./support/synthetic-mail.ts";
import { contentOf, openWorkplace, queueJob } from "./support/workplace.ts";

const CLI = fileURLToPath(new URL("../functions/local/cli.ts", import.meta.url));

/** Forty messages in streams of their own; one of them has a hole. */
function makeMixedArchive(): Uint8Array {
  const archives = Array.from({ length: 40 }, (_, seed) => {
    const calendar = seed % 4 === 0 ? { calendar: makeCalendar(seed, "REQUEST"), calendarMethod: "REQUEST" } : {};
    const vcard = seed % 5 === 0 ? { vcard: makeVcard(seed) } : {};
    const subject = seed % 3 === 0 ? "Iğdır, İstanbul: I and i" : undefined;
    return makeArchive(
      makeMessage({ seed, textBytes: 500 * seed, ...calendar, ...vcard, ...(subject && { subject }) }),
      {
        blockBytes: 4096,
      },
    );
  });
  const damaged = archives[30] as Uint8Array;
  damaged.fill(0, 200, 900);
  return concatBytes(archives);
}

it("T-DET-01 gives the same bytes in any time zone, in any locale, at any time and at any concurrency", async () => {
  await using folder = await makeTemporaryFolder();
  await writeFile(join(folder.path, "mixed.hu01"), makeMixedArchive());
  const expected = await convertIn(folder.path, "first", { TZ: "UTC", LC_ALL: "C" });
  expect(expected.size).toBeGreaterThan(55);
  expect([...expected.keys()].filter((path) => path.endsWith(".partial.eml"))).toHaveLength(1);
  for (const [name, env] of [
    ["second", { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }],
    ["third", { TZ: "America/St_Johns", LC_ALL: "de_DE.UTF-8", LANG: "de_DE.UTF-8" }],
  ] as const) {
    expect(await convertIn(folder.path, name, env)).toEqual(expected);
  }
  for (const writeConcurrency of [1, 3, 64]) {
    const place = await openWorkplace({ writeConcurrency, now: () => new Date(Date.UTC(2001, writeConcurrency, 1)) });
    const job = await queueJob(place, makeMixedArchive());
    await createRunJob(place)(job.id, new AbortController().signal);
    const results = await contentOf(place.results, `${job.id}/`);
    for (const [path, bytes] of results) if (path !== "report.json") expect(bytes, path).toEqual(expected.get(path));
    expect(results.size).toBe(expected.size);
  }
});

/** Runs the command in an environment of its own. @returns every file it made, by path */
async function convertIn(cwd: string, out: string, env: Record<string, string>): Promise<Map<string, string>> {
  const words = [CLI, "convert", "mixed.hu01", "--out", out];
  const child = spawn(process.execPath, words, { cwd, env: { PATH: process.env.PATH ?? "", ...env }, stdio: "ignore" });
  expect(await once(child, "close")).toEqual([1, null]);
  const root = join(cwd, out, "mixed");
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(root.length + 1), await readFile(path, "latin1"));
  }
  return files;
}
