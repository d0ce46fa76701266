import { Argument, Command, CommanderError, Option } from "commander";
import { JOB_STATUSES } from "../../shared/job-status.ts";
import { readCommandEnvironment } from "../environment.ts";
import { addMappingFlags, addPackFlags, toConvertOptions } from "./convert-flags.ts";
import { EXIT_FAILED, EXIT_OK, type ExitCode } from "./exit-code.ts";
import { LocalError } from "./local-error.ts";
import { JOB_ACTIONS } from "./remote/job-action.ts";
import type { RemoteAddress } from "./remote/remote.ts";
import { describeError, type Terminal } from "./terminal.ts";
import { TOOL_VERSION } from "./tool-version.ts";

const EXAMPLES = `
Examples:
  hu01 convert mail.hu01 --out converted     every message, invitation and contact as a file
  hu01 convert captures/ --out converted     the same for all files of a folder
  hu01 convert mail.hu01 --out converted --pack zip   the same in one ZIP
  hu01 convert mail.hu01 --out converted --remote https://HOST   the same, done by a service
  hu01 jobs --remote https://HOST            what that service has done
  hu01 decode mail.hu01 -o mail.eml          only decompress
  hu01 encode mail.eml -o mail.hu01          the other way round
  hu01 inspect mail.hu01                     header, blocks and damage
  hu01 serve                                 drop folder, web page and API on this machine

Exit codes: 0 all converted; 1 converted with gaps or skips; 2 not convertible, or wrong usage.`;

const NIL_GUID = "00000000-0000-0000-0000-000000000000";
const REMOTE = "address of a service, as it printed it";
const TOKEN = "what the service wants to be told (default: the environment variable HU01_TOKEN)";
const CARVE = ["--carve", "look for HU01 data by its signature when the file does not begin with it", false] as const;

/**
 * Runs one command.
 *
 * @param words the command line behind the program's name
 * @returns the exit code; errors have been told on standard error
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_OK;
  const program = describeCommands(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_FAILED;
    terminal.stderr.write(describeError(error));
    return EXIT_FAILED;
  }
}

/** Runs what has to tidy up when a person or the system stops the program. Asked twice, it stops at once. */
async function untilStopped(run: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const stop = new AbortController();
  const onStop = () => stop.abort(new LocalError("jobs/aborted"));
  process.once("SIGINT", onStop).once("SIGTERM", onStop);
  try {
    return await run(stop.signal);
  } finally {
    process.off("SIGINT", onStop).off("SIGTERM", onStop);
  }
}

/** Where a command says how it ended. */
type End = (code: ExitCode) => void;

function describeCommands(terminal: Terminal, end: End): Command {
  const program = new Command("hu01")
    .description("Gets mail, calendars, contacts and notes out of HU01 files.")
    .version(TOOL_VERSION)
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(describeError(toUsageError(text))),
    });
  // Each command's code is loaded when it runs: `decode` need not wait for a web server.
  describeConvert(program.command("convert"), terminal, end);
  describeDecode(program.command("decode"), terminal, end);
  describeEncode(program.command("encode"), terminal, end);
  describeInspect(program.command("inspect"), terminal, end);
  describeServe(program.command("serve"), terminal, end);
  describeJobs(program.command("jobs"), terminal, end);
  return program;
}

function describeConvert(command: Command, terminal: Terminal, end: End): void {
  command
    .description("convert archives to .eml, .ics and .vcf files, each into a folder of its own")
    .argument("<files...>", "archives, or folders with archives")
    .requiredOption("--out <folder>", "where the result folders go")
    .option("--json", "print the report of each archive as one line of JSON", false)
    .option(...CARVE)
    .option("--overwrite", "replace results that are already there", false)
    .option("--remote <url>", `let a service convert, and fetch its results; ${REMOTE}`)
    .option("--token <token>", TOKEN)
    .action(async (files, { out, json, overwrite, remote, token, ...flags }) => {
      const options = { out, json, overwrite, conversion: toConvertOptions(flags) };
      if (remote === undefined) {
        const { convertCommand } = await import("./commands/convert.ts");
        end(await untilStopped((signal) => convertCommand(files, options, terminal, signal)));
        return;
      }
      const { convertRemoteCommand } = await import("./commands/convert-remote.ts");
      const there = { ...options, address: toAddress(remote, token) };
      end(await untilStopped((signal) => convertRemoteCommand(files, there, terminal, signal)));
    });
  addPackFlags(command);
  addMappingFlags(command);
}

function describeDecode(command: Command, terminal: Terminal, end: End): void {
  command
    .description("decompress an archive")
    .argument("<file>", "the archive")
    .option("-o, --output <file>", "where the bytes go (default: standard output)")
    .option("--fill", "write zeros for missing bytes, so that offsets stay true", false)
    .option(
      "--threads <number>",
      "threads that decode a large archive; 1: no others (default: one per processor)",
      parseThreads,
    )
    .option(...CARVE)
    .action(async (file, options) => {
      const { decodeCommand } = await import("./commands/decode.ts");
      // Into a pipe there is nothing to tidy up, and what it waits for may be the reader.
      if (options.output === undefined) end(await decodeCommand(file, options, terminal));
      else end(await untilStopped((signal) => decodeCommand(file, options, terminal, signal)));
    });
}

function describeEncode(command: Command, terminal: Terminal, end: End): void {
  command
    .description("make an archive of a file")
    .argument("<file>", "the file; - is standard input")
    .option("-o, --output <file>", "where the archive goes (default: standard output)")
    .addOption(new Option("--level <level>", "how hard to try").choices(["fast", "default", "best"]).default("default"))
    .option("--item-id <guid>", "the item's id, written into the header", NIL_GUID)
    .action(async (file, options) => {
      const { encodeCommand } = await import("./commands/encode.ts");
      end(await untilStopped((signal) => encodeCommand(file, options, terminal, signal)));
    });
}

function describeInspect(command: Command, terminal: Terminal, end: End): void {
  command
    .description("show the header, every block and all damage of an archive")
    .argument("<file>", "the archive")
    .option("--json", "print one JSON object per line", false)
    .option("--show-puid", "show the mailbox owner's id, which is personal", false)
    .option(...CARVE)
    .action(async (file, options) => {
      const { inspectCommand } = await import("./commands/inspect.ts");
      end(await inspectCommand(file, options, terminal));
    });
}

function describeServe(command: Command, terminal: Terminal, end: End): void {
  command
    .description("start the local service: drop folder, web page and API")
    .option("--port <number>", "port to listen on; 0 takes a free one", parsePort, 8080)
    .option("--host <address>", "address to listen on; any but this machine's own opens it to the network", "127.0.0.1")
    .option("--data <folder>", "where inbox, results and jobs are kept", "data")
    .option("--sample", "put a made-up archive into the inbox on the first start", false)
    .option("--allow-private-callbacks", "let callbacks reach this machine and private networks", false)
    .action(async (options) => {
      const { serveCommand } = await import("./commands/serve.ts");
      end(await untilStopped((signal) => serveCommand(options, terminal, signal)));
    });
}

function describeJobs(command: Command, terminal: Terminal, end: End): void {
  command
    .description("list the jobs of a service, newest first, or do something with some of them")
    .addArgument(new Argument("[action]", "what to do with the jobs named; none: list").choices(JOB_ACTIONS))
    .argument("[ids...]", "ids of jobs")
    .requiredOption("--remote <url>", REMOTE)
    .option("--token <token>", TOKEN)
    .addOption(new Option("--status <status>", "only jobs in this state").choices(JOB_STATUSES))
    .option("--limit <number>", "how many jobs at most", parseLimit, 50)
    .option("--json", "print one JSON object per line", false)
    .action(async (action, ids, { remote, token, ...options }) => {
      const { jobsCommand } = await import("./commands/jobs.ts");
      const order = action === undefined ? null : { action, ids };
      const there = { ...options, address: toAddress(remote, token) };
      end(await untilStopped((signal) => jobsCommand(order, there, terminal, signal)));
    });
}

function toAddress(url: string, token: string | undefined): RemoteAddress {
  return { url, token: token ?? readCommandEnvironment().HU01_TOKEN };
}

function toUsageError(text: string): LocalError {
  return new LocalError("cli/usage", text.replace(/^error: /u, "").trim());
}

/** @throws LocalError cli/usage */
function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw new LocalError("cli/usage", "The port is a number from 0 to 65535.");
}

/** @throws LocalError cli/usage */
function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/u.test(text) && limit >= 1 && limit <= 1_000_000) return limit;
  throw new LocalError("cli/usage", "The limit is a number from 1 to 1000000.");
}

/** @throws LocalError cli/usage */
function parseThreads(text: string): number {
  const threads = Number(text);
  if (/^\d+$/u.test(text) && threads >= 1 && threads <= 64) return threads;
  throw new LocalError("cli/usage", "The number of threads is from 1 to 64.");
}
