import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { isTerminal } from "../../shared/job-status.ts";
import { keysOf } from "../support/object-store-probe.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { contentOf, makeSampleArchive, openWorkplace, queueJob } from "../support/workplace.ts";

const NEVER = new AbortController().signal;
/** 360 messages: long enough to be killed within, also where the one who kills gets little of the processor. */
const ARCHIVE = concatBytes(new Array<Uint8Array>(120).fill(makeSampleArchive()));

it.each([0, 1, 40, 100])("a job whose worker is killed with %d files written ends as if nothing was", async (files) => {
  const root = await makeTemporaryFolder();
  using jobs = createSqliteJobStore(join(root, "jobs.sqlite"));
  const sources = createDirectoryObjectStore(join(root, "sources"));
  const results = createDirectoryObjectStore(join(root, "results"));
  const place = await openWorkplace({ sources, results, jobs });
  await queueJob(place, ARCHIVE);

  const worker = spawn(process.execPath, ["test/support/worker-process.ts", root, "job-1"]);
  const ended = once(worker, "exit");
  await once(worker.stdout, "data");
  while ((await keysOf(results, "job-1/mail/")).length < files) await setTimeout(1);
  worker.kill("SIGKILL");
  await ended;

  const left = await jobs.get("job-1");
  expect(left).toMatchObject({ status: "running", attempt: 1 });
  await expect(createRunJob(place)("job-1", NEVER)).rejects.toMatchObject({ code: "jobs/not-claimable" });
  const now = () => new Date(Date.now() + 61_000);
  const job = await createRunJob({ ...place, now })("job-1", NEVER);
  expect(isTerminal(job.status)).toBe(true);
  expect(job).toMatchObject({ status: "succeeded", attempt: 2 });

  const clean = await openWorkplace();
  await queueJob(clean, ARCHIVE);
  await createRunJob(clean)("job-1", NEVER);
  expect(await contentOf(results, "")).toEqual(await contentOf(clean.results, ""));
});
