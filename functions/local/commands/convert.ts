import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { v7 } from "uuid";
import { ArchiveError } from "../../../shared/errors.ts";
import type { BlockDecoder } from "../../../shared/hu01/decode-ahead.ts";
import { createJob, type Job } from "../../../shared/job.ts";
import type { ConvertOptions } from "../../../shared/options.ts";
import type { ReportDocument } from "../../../shared/report/job-report.ts";
import { createRunJob } from "../../convert/run-job.ts";
import { createDecoderPool } from "../../decoder-pool/decoder-pool.ts";
import { createLog } from "../../log.ts";
import { createDirectoryObjectStore } from "../../stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../stores/sqlite-job-store.ts";
import { checkIsReadable } from "../archive-file.ts";
import { EXIT_DAMAGED, EXIT_FAILED, EXIT_OK, type ExitCode, worst } from "../exit-code.ts";
import { type InputFile, listInputFiles } from "../input-files.ts";
import { LocalError } from "../local-error.ts";
import { startProgressLine } from "../progress-line.ts";
import { checkIsFree, moveResult, openWorkshop, type Workshop } from "../result-folder.ts";
import { describeError, describeFailure, type Terminal, writeTo } from "../terminal.ts";
import { TOOL_VERSION } from "../tool-version.ts";

export interface ConvertCommandOptions {
  /** The folder that gets one result folder for each input. */
  readonly out: string;
  /** One JSON object per input on standard output instead of one line of text. */
  readonly json: boolean;
  readonly conversion: ConvertOptions;
  /** Replace results that are already there. */
  readonly overwrite: boolean;
}

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
  const inputs = await listInputFiles(paths, options.out);
  if (inputs.length === 0) throw new LocalError("cli/usage", "There is no file to convert in there.");
  await using blockDecoder = createDecoderPool();
  const run = { options, blockDecoder, terminal, signal };
  const codes: ExitCode[] = [];
  for (const input of inputs) {
    if (!signal.aborted) codes.push(await convertInput(input, run));
  }
  return signal.aborted ? EXIT_FAILED : worst(codes);
}

interface Run {
  readonly options: ConvertCommandOptions;
  readonly blockDecoder: BlockDecoder;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

async function convertInput(input: InputFile, run: Run): Promise<ExitCode> {
  const { options, terminal } = run;
  const resultFolder = join(options.out, input.resultName);
  try {
    await checkIsReadable(input.path);
    if (!options.overwrite) await checkIsFree(resultFolder);
    await using workshop = await openWorkshop(options.out);
    const job = await runOneJob(input.path, workshop, run);
    const isDone = job.status === "succeeded" || job.status === "succeeded_with_errors";
    if (isDone) await moveResult(join(workshop.folder, job.id), resultFolder, workshop);
    await tell(job, { input: input.path, output: isDone ? resultFolder : null }, options, terminal);
    return exitCodeOf(job);
  } catch (error) {
    await writeTo(terminal.stderr, describeError(error, input.path));
    if (options.json) await writeTo(terminal.stdout, `${JSON.stringify(toFailure(input.path, toFault(error)))}\n`);
    return EXIT_FAILED;
  }
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

interface Places {
  readonly input: string;
  /** Null when nothing came of the input. */
  readonly output: string | null;
}

async function tell(job: Job, places: Places, options: ConvertCommandOptions, terminal: Terminal): Promise<void> {
  if (places.output === null) await writeTo(terminal.stderr, describeFailure(job, places.input));
  if (options.json) await writeTo(terminal.stdout, `${JSON.stringify(await toJson(job, places))}\n`);
  else if (places.output !== null)
    await writeTo(terminal.stdout, `${await toLine(job, places.input, places.output)}\n`);
}

async function toJson({ status, error }: Job, { input, output }: Places) {
  if (output === null) return { ...toFailure(input, error), status };
  return { input, output, status, ...(await readReport(output)) };
}

async function readReport(output: string): Promise<ReportDocument> {
  return JSON.parse(await readFile(join(output, "report.json"), "utf8"));
}

function toFailure(input: string, error: Job["error"]) {
  return { input, output: null, status: "failed", error };
}

function toFault(error: unknown): Job["error"] {
  if (!(error instanceof ArchiveError)) return { code: "jobs/internal", message: String(error), details: {} };
  return { code: error.code, message: error.message, details: error.details };
}

async function toLine({ status, progress: { items, blocks } }: Job, input: string, output: string): Promise<string> {
  const counts = [`${items.mail} mail`, `${items.calendar} calendar`, `${items.contact} contact`];
  if (items.raw > 0) counts.push(`${items.raw} other`);
  if (items.duplicates > 0) counts.push(`${items.duplicates} duplicate`);
  if (items.skipped > 0) counts.push(`${items.skipped} skipped`);
  if (blocks.bad > 0) counts.push(`${blocks.bad} blocks damaged`);
  const note = status === "succeeded_with_errors" ? ", with errors (see report.json)" : "";
  const { packs } = await readReport(output);
  return `${input}: ${counts.join(", ")}${note} -> ${output}${nameOf(packs)}`;
}

/** The packs that are in the result folder. */
function nameOf({ paths: [first], count }: ReportDocument["packs"]): string {
  if (first === undefined) return "";
  return count === 1 ? ` (in ${first})` : ` (in ${first} and ${count - 1} more)`;
}

function exitCodeOf({ status }: Job): ExitCode {
  if (status === "succeeded") return EXIT_OK;
  return status === "succeeded_with_errors" ? EXIT_DAMAGED : EXIT_FAILED;
}
