import { basename } from "node:path";
import {
  type Conversion,
  type ConvertCommandOptions,
  convertInputs,
  findInputs,
  hasResult,
} from "../convert-inputs.ts";
import type { ExitCode } from "../exit-code.ts";
import { type ProgressLine, startProgressLine } from "../progress-line.ts";
import { ByteMeter } from "../remote/byte-meter.ts";
import { downloadResults } from "../remote/download-results.ts";
import { followJob } from "../remote/follow-job.ts";
import { giveUpJob } from "../remote/give-up-job.ts";
import { greet, openRemote, type Remote, type RemoteAddress } from "../remote/remote.ts";
import { sendArchive } from "../remote/send-archive.ts";
import type { Terminal } from "../terminal.ts";

/**
 * `hu01 convert --remote`: sends each input to a service, follows its job and downloads the result, which is the very
 * one that `hu01 convert` gives here. The job and its result stay with the service. When the command is stopped or the
 * service fails, the job is canceled, and nothing is left behind here.
 *
 * @throws LocalError cli/usage when the inputs hold no file; cli/remote-unreachable
 * @throws ArchiveError api/unauthenticated
 */
export async function convertRemoteCommand(
  paths: readonly string[],
  options: ConvertCommandOptions & { readonly address: RemoteAddress },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const remote = openRemote(options.address, signal);
  const inputs = await findInputs(paths, options.out);
  await greet(options.address, signal);
  return await convertInputs(inputs, {
    options,
    terminal,
    signal,
    convert: async (path, { folder }) => {
      using line = startProgressLine(basename(path), terminal.stderr);
      return await convertThere({ remote, path, folder, line, options });
    },
  });
}

interface Task {
  readonly remote: Remote;
  readonly path: string;
  /** Where the result may grow. */
  readonly folder: string;
  readonly line: ProgressLine;
  readonly options: ConvertCommandOptions & { readonly address: RemoteAddress };
}

async function convertThere({ remote, path, folder, line, options }: Task): Promise<Conversion> {
  let unfinished: string | null = null;
  try {
    const id = await sendArchive(remote, path, {
      options: options.conversion,
      onJob: (created) => {
        unfinished = created;
      },
      meter: new ByteMeter(line, "uploading"),
    });
    const job = await followJob(remote, id, line.show);
    unfinished = null;
    if (!hasResult(job)) return { job, folder };
    return { job, folder: await downloadResults(remote, id, folder, new ByteMeter(line, "downloading")) };
  } catch (error) {
    if (unfinished !== null) await giveUpJob(options.address, unfinished);
    throw error;
  }
}
