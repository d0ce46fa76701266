import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { createDecoderPool } from "../../functions/decoder-pool/decoder-pool.ts";
import { createLog } from "../../functions/log.ts";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { createJob } from "../../shared/job.ts";
import { convertOptionsSchema } from "../../shared/options.ts";
import { processorMillis } from "./processor-time.ts";

/** Converts one archive in a process of its own, and prints what came of it and what it cost, as JSON. */
const [path = "", out = "", settings = "{}"] = process.argv.slice(2);
const { writeConcurrency, threads, options } = JSON.parse(settings);

await using blockDecoder = createDecoderPool({ threads: threads ?? 1, minOutputBytes: 0 });
using jobs = createSqliteJobStore(":memory:");
const [sources, results] = [createDirectoryObjectStore(dirname(path)), createDirectoryObjectStore(out)];
const run = createRunJob({
  sources,
  results,
  jobs,
  blockDecoder,
  ...(writeConcurrency === undefined ? {} : { writeConcurrency }),
  now: () => new Date(),
  worker: "child",
  log: createLog(() => undefined),
  toolVersion: "1.2.3",
});
const source = { key: basename(path), filename: "archive", size: null, etag: null };
const parsed = convertOptionsSchema.parse(options ?? {});
await jobs.create(createJob({ id: "job", owner: "o", status: "queued", source, options: parsed }, new Date()));
const begun = processorMillis();
const { status } = await run("job", new AbortController().signal);
const cost = { processorMillis: processorMillis() - begun, maxRssBytes: process.resourceUsage().maxRSS * 1024 };

const files: Record<string, string> = {};
for await (const { key } of results.list("job/")) {
  const bytes = await collectBytes(results.read(key));
  files[key.slice("job/".length)] = createHash("sha256").update(bytes).digest("hex");
}
const texts: Record<string, string> = {};
for (const name of ["report.json", "manifest.jsonl"]) {
  const facts = await results.head(`job/${name}`);
  if (facts !== null) texts[name] = Buffer.from(await collectBytes(results.read(`job/${name}`))).toString();
}
process.stdout.write(JSON.stringify({ status, ...cost, files, texts }));
