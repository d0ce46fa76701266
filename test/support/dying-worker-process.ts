import { join } from "node:path";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { SMALL_LIMITS } from "./small-limits.ts";
import { wrapObjectStore } from "./wrap-object-store.ts";

/**
 * A worker that kills itself at its n-th checkpoint: as soon as that counts, or when it lies there but does not count.
 * Arguments: folder of the stores, attempts before it, n, "counts" or "lies".
 */
const [root = "", attempts = "0", at = "1", when = "counts"] = process.argv.slice(2);
const results = createDirectoryObjectStore(join(root, "results"));
const die = () => process.kill(process.pid, "SIGKILL");
let written = 0;
let first: number | null = null;

const run = createRunJob({
  sources: createDirectoryObjectStore(join(root, "sources")),
  results: wrapObjectStore(results, {
    write: async (key, content, options) => {
      const facts = await results.write(key, content, options);
      if (when === "lies" && key.includes("/checkpoint-") && ++written === Number(at)) die();
      return facts;
    },
  }),
  jobs: createSqliteJobStore(join(root, "jobs.sqlite")),
  now: () => new Date(Date.now() + Number(attempts) * 61_000),
  worker: "dying",
  log: { info: () => undefined, error: () => undefined },
  limits: SMALL_LIMITS,
  checkpointPace: { bytes: 60_000, millis: 1e12 },
  toolVersion: "1.2.3",
});
await run("job-1", new AbortController().signal, ({ checkpoint }) => {
  const sequence = checkpoint?.sequence ?? 0;
  first ??= sequence;
  if (when === "counts" && sequence - first === Number(at)) die();
});
