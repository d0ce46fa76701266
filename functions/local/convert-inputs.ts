import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ArchiveError } from "../../shared/errors.ts";
import type { Job } from "../../shared/job.ts";
import type { ConvertOptions } from "../../shared/options.ts";
import type { ReportDocument } from "../../shared/report/job-report.ts";
import { checkIsReadable } from "./archive-file.ts";
import { EXIT_DAMAGED, EXIT_FAILED, EXIT_OK, type ExitCode, worst } from "./exit-code.ts";
import { type InputFile, listInputFiles } from "./input-files.ts";
import { LocalError } from "./local-error.ts";
import { checkIsFree, moveResult, openWorkshop, type Workshop } from "./result-folder.ts";
import { describeError, describeFailure, type Terminal, writeTo } from "./terminal.ts";

export interface ConvertCommandOptions {
  /** The folder that gets one result folder for each input. */
  readonly out: string;
  /** One JSON object per input on standard output instead of one line of text. */
  readonly json: boolean;
  readonly conversion: ConvertOptions;
  /** Replace results that are already there. */
  readonly overwrite: boolean;
}

/** A job that has ended, as far as a person is told of it. */
type JobEnd = Pick<Job, "status" | "progress" | "error">;

/** What became of one input, and the folder in the workshop that holds its result if there is one. */
export interface Conversion {
  readonly job: JobEnd;
  readonly folder: string;
}

/** Converts one file into a folder of the workshop, here or elsewhere. */
type Convert = (path: string, workshop: Workshop) => Promise<Conversion>;

/** What all inputs of one command share. */
export interface ConvertRun {
  readonly options: ConvertCommandOptions;
  readonly convert: Convert;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** The files that a command names. @throws LocalError cli/usage when there is none */
export async function findInputs(paths: readonly string[], out: string): Promise<InputFile[]> {
  const inputs = await listInputFiles(paths, out);
  if (inputs.length === 0) throw new LocalError("cli/usage", "There is no file to convert in there.");
  return inputs;
}

/**
 * Converts inputs one by one and tells what became of each. An input that cannot be converted leaves nothing behind and
 * does not stop the others.
 */
export async function convertInputs(inputs: readonly InputFile[], run: ConvertRun): Promise<ExitCode> {
  const { signal } = run;
  const codes: ExitCode[] = [];
  for (const input of inputs) {
    if (!signal.aborted) codes.push(await convertInput(input, run));
  }
  return signal.aborted ? EXIT_FAILED : worst(codes);
}

async function convertInput(input: InputFile, { options, convert, terminal }: ConvertRun): Promise<ExitCode> {
  const resultFolder = join(options.out, input.resultName);
  try {
    await checkIsReadable(input.path);
    if (!options.overwrite) await checkIsFree(resultFolder);
    await using workshop = await openWorkshop(options.out);
    const { job, folder } = await convert(input.path, workshop);
    const isDone = hasResult(job);
    if (isDone) await moveResult(folder, resultFolder, workshop);
    await tell(job, { input: input.path, output: isDone ? resultFolder : null }, options, terminal);
    return exitCodeOf(job);
  } catch (error) {
    await writeTo(terminal.stderr, describeError(error, input.path));
    if (options.json) await writeTo(terminal.stdout, `${JSON.stringify(toFailure(input.path, toFault(error)))}\n`);
    return EXIT_FAILED;
  }
}

/** True for a job that has ended with a result that is complete. */
export function hasResult({ status }: Pick<Job, "status">): boolean {
  return status === "succeeded" || status === "succeeded_with_errors";
}

interface Places {
  readonly input: string;
  /** Null when nothing came of the input. */
  readonly output: string | null;
}

async function tell(job: JobEnd, places: Places, options: ConvertCommandOptions, terminal: Terminal): Promise<void> {
  if (places.output === null) await writeTo(terminal.stderr, describeFailure(job, places.input));
  if (options.json) await writeTo(terminal.stdout, `${JSON.stringify(await toJson(job, places))}\n`);
  else if (places.output !== null)
    await writeTo(terminal.stdout, `${await toLine(job, places.input, places.output)}\n`);
}

async function toJson({ status, error }: JobEnd, { input, output }: Places) {
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

async function toLine({ status, progress: { items, blocks } }: JobEnd, input: string, output: string): Promise<string> {
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

function exitCodeOf({ status }: JobEnd): ExitCode {
  if (status === "succeeded") return EXIT_OK;
  return status === "succeeded_with_errors" ? EXIT_DAMAGED : EXIT_FAILED;
}
