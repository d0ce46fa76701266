import type { ArchiveError } from "../../../shared/errors.ts";
import type { JobStatus } from "../../../shared/job-status.ts";
import { EXIT_FAILED, EXIT_OK, type ExitCode, worst } from "../exit-code.ts";
import { LocalError } from "../local-error.ts";
import type { RemoteJob } from "../remote/follow-job.ts";
import type { JobAction } from "../remote/job-action.ts";
import { greet, openRemote, type Remote, type RemoteAddress } from "../remote/remote.ts";
import { listRemoteJobs, tellJob } from "../remote/remote-jobs.ts";
import { describeError, type Terminal, writeTo } from "../terminal.ts";

export interface JobsCommandOptions {
  readonly address: RemoteAddress;
  /** One line of JSON for each job. */
  readonly json: boolean;
  /** Only jobs in this state. */
  readonly status?: JobStatus | undefined;
  /** At most so many jobs. */
  readonly limit: number;
}

/** What to do with which jobs; nothing but listing them when absent. */
export interface JobsOrder {
  readonly action: JobAction;
  readonly ids: readonly string[];
}

/**
 * `hu01 jobs`: lists the jobs of a service, newest first, or cancels, repeats or deletes some of them.
 *
 * @throws LocalError cli/usage for an order without jobs; cli/remote-unreachable
 * @throws ArchiveError what the service says
 */
export async function jobsCommand(
  order: JobsOrder | null,
  options: JobsCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const remote = openRemote(options.address, signal);
  if (order?.ids.length === 0) throw new LocalError("cli/usage", `Name the jobs to ${order.action} by their ids.`);
  await greet(options.address, signal);
  if (order === null) return await list(remote, options, terminal);
  const codes: ExitCode[] = [];
  for (const id of order.ids) codes.push(await obey(remote, order.action, id, { options, terminal }));
  return worst(codes);
}

async function list(remote: Remote, options: JobsCommandOptions, terminal: Terminal): Promise<ExitCode> {
  for await (const job of listRemoteJobs(remote, options)) await show(job, options, terminal);
  return EXIT_OK;
}

async function obey(
  remote: Remote,
  action: JobAction,
  id: string,
  { options, terminal }: { readonly options: JobsCommandOptions; readonly terminal: Terminal },
): Promise<ExitCode> {
  try {
    const job = await tellJob(remote, action, id);
    if (job !== null) await show(job, options, terminal);
    else
      await writeTo(terminal.stdout, options.json ? `${JSON.stringify({ id, deleted: true })}\n` : `${id}  deleted\n`);
    return EXIT_OK;
  } catch (error) {
    remote.signal.throwIfAborted();
    await writeTo(terminal.stderr, describeError(error as ArchiveError, id));
    return EXIT_FAILED;
  }
}

async function show(job: RemoteJob, { json }: JobsCommandOptions, terminal: Terminal): Promise<void> {
  await writeTo(terminal.stdout, `${json ? JSON.stringify(job) : toLine(job)}\n`);
}

/** Columns that can be told apart by two blanks. */
function toLine({ id, status, createdAt, source, progress: { items }, error }: RemoteJob): string {
  const made = `${items.mail} mail, ${items.calendar} calendar, ${items.contact} contact`;
  const outcome = error === null ? made : `${visible(error.message)} (${visible(error.code)})`;
  return [
    visible(id),
    createdAt,
    status.padEnd("succeeded_with_errors".length),
    visible(source.filename),
    outcome,
  ].join("  ");
}

/** What a service says cannot speak to the terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, "?");
}
