import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expectValidResultsIn } from "../support/valid-results.ts";

const CLI = fileURLToPath(new URL("../../functions/local/cli.ts", import.meta.url));

/** How a command ended and what it said. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Starts `hu01` with these words in a process of its own, as a person would. */
export function spawnCli(
  words: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const env = { ...process.env, ...variables };
  return spawn(process.execPath, [CLI, ...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Waits for the end of a command. */
export async function endOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<CommandEnd> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk) => stdout.push(chunk));
  child.stderr.on("data", (chunk) => stderr.push(chunk));
  const [exitCode] = await once(child, "close");
  return { exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

/** Runs `hu01` from start to end. */
export function runCli(
  words: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  return endOf(spawnCli(words, cwd, variables));
}

/** A folder that is gone when the test is over; calendars and cards in its results are judged. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** Every file and folder below it, hidden ones too, sorted. */
  entries(): Promise<string[]>;
}

export async function makeTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "hu01-local-"));
  return {
    path,
    entries: () => entriesOf(path),
    [Symbol.asyncDispose]: async () => {
      try {
        await expectValidResultsIn(path);
      } finally {
        await rm(path, { recursive: true, force: true });
      }
    },
  };
}

/** Walks again when a folder went away meanwhile, since a command may be at work in it. */
async function entriesOf(path: string): Promise<string[]> {
  for (let triesLeft = 100; ; triesLeft -= 1) {
    try {
      return (await readdir(path, { recursive: true })).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || triesLeft === 0) throw error;
    }
  }
}
