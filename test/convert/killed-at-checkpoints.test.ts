import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { makeMidSizeArchive, runAtOnce } from "../support/continued-jobs.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { contentOf, openWorkplace, queueJob } from "../support/workplace.ts";

const ARCHIVE = makeMidSizeArchive();

/** Lets a process work on the job until it dies or has done it. @returns the signal that ended it, or null */
async function work(root: string, attempts: number, at: number, when: "counts" | "lies"): Promise<unknown> {
  const words = ["test/support/dying-worker-process.ts", root, `${attempts}`, `${at}`, when];
  const [code, signal] = await once(spawn(process.execPath, words, { stdio: "inherit" }), "exit");
  if (signal === null) expect(code).toBe(0);
  return signal;
}

it.each([
  ["counts", 1],
  ["lies", 2],
] as const)(
  "a job whose worker is killed whenever a checkpoint %s ends as if nothing was",
  async (when, at) => {
    const expected = await runAtOnce({ archive: ARCHIVE });
    const root = await makeTemporaryFolder();
    using jobs = createSqliteJobStore(join(root, "jobs.sqlite"));
    const sources = createDirectoryObjectStore(join(root, "sources"));
    const results = createDirectoryObjectStore(join(root, "results"));
    await queueJob(await openWorkplace({ sources, results, jobs }), ARCHIVE);
    let deaths = 0;
    while ((await work(root, deaths, at, when)) === "SIGKILL") {
      deaths += 1;
      const checkpoint = { attempt: deaths, sequence: deaths };
      expect(await jobs.get("job-1")).toMatchObject({ status: "running", attempt: deaths, checkpoint });
    }
    expect(deaths).toBeGreaterThan(8);
    expect(await jobs.get("job-1")).toMatchObject({ status: "succeeded_with_errors", checkpoint: null });
    expect(await contentOf(results, "")).toEqual(expected);
  },
  600_000,
);
