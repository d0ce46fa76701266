import { join } from "node:path";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";

/** A worker to be killed: runs the job named by its second argument over the stores below its first. */
const [root = "", jobId = ""] = process.argv.slice(2);
const run = createRunJob({
  sources: createDirectoryObjectStore(join(root, "sources")),
  results: createDirectoryObjectStore(join(root, "results")),
  jobs: createSqliteJobStore(join(root, "jobs.sqlite")),
  now: () => new Date(),
  worker: "killed",
  log: { info: () => undefined, error: () => undefined },
  toolVersion: "1.2.3",
});
await run(jobId, new AbortController().signal, ({ status }) => process.stdout.write(`${status}\n`));
