import { basename, dirname, join, resolve } from "node:path";
import { v7 } from "uuid";
import type { BlockDecoder } from "../../../shared/hu01/decode-ahead.ts";
import { createJob, type Job } from "../../../shared/job.ts";
import { createRunJob } from "../../convert/run-job.ts";
import { createDecoderPool } from "../../decoder-pool/decoder-pool.ts";
import { createLog } from "../../log.ts";
import { createDirectoryObjectStore } from "../../stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../stores/sqlite-job-store.ts";
import { type ConvertCommandOptions, convertInputs, findInputs } from "../convert-inputs.ts";
import type { ExitCode } from "../exit-code.ts";
import { startProgressLine } from "../progress-line.ts";
import type { Workshop } from "../result-folder.ts";
import type { Terminal } from "../terminal.ts";
import { TOOL_VERSION } from "../tool-version.ts";

/** The owner of the jobs of one command; they live no longer than it. */
const OWNER = "local";

/**
 * `hu01 convert`: one job for each input. An input that cannot be converted leaves nothing behind and does not stop
 * the others.
 *
 * @throws LocalError cli/usage when the inputs hold no file
 */
export async function convertCommand(
  paths: readonly string[],
  options: ConvertCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const inputs = await findInputs(paths, options.out);
  await using blockDecoder = createDecoderPool();
  const run = { options, blockDecoder, terminal, signal };
  return await convertInputs(inputs, {
    options,
    terminal,
    signal,
    convert: async (path, workshop) => {
      const job = await runOneJob(path, workshop, run);
      return { job, folder: join(workshop.folder, job.id) };
    },
  });
}

interface Run {
  readonly options: ConvertCommandOptions;
  readonly blockDecoder: BlockDecoder;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

async function runOneJob(path: string, workshop: Workshop, run: Run): Promise<Job> {
  const { options, blockDecoder, terminal, signal } = run;
  using jobs = createSqliteJobStore(":memory:");
  const now = () => new Date();
  const runJob = createRunJob({
    sources: createDirectoryObjectStore(dirname(resolve(path))),
    results: createDirectoryObjectStore(workshop.folder),
    jobs,
    blockDecoder,
    now,
    worker: "command",
    log: createLog(() => undefined),
    toolVersion: TOOL_VERSION,
  });
  const source = { key: basename(resolve(path)), filename: basename(path), size: null, etag: null };
  const job = createJob({ id: v7(), owner: OWNER, status: "queued", source, options: options.conversion }, now());
  await jobs.create(job);
  using progress = startProgressLine(basename(path), terminal.stderr);
  return await runJob(job.id, signal, progress.show);
}
