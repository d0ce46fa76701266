import { readFile } from "node:fs/promises";
import { endOf, spawnCli, type TemporaryFolder } from "./run-cli.ts";

/** A service in a process of its own. */
export interface Serve extends AsyncDisposable {
  readonly url: string;
  /** What it has printed so far. */
  screen(): string;
  /** The most memory that it has had, in bytes; on Linux only. */
  peakBytes(): Promise<number>;
  /** @returns its exit code */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `hu01 serve` with these words in a folder, and waits until it listens. */
export async function startServe(folder: Pick<TemporaryFolder, "path">, ...words: string[]): Promise<Serve> {
  const child = spawnCli(["serve", "--port", "0", ...words], folder.path);
  const ended = endOf(child);
  let screen = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      screen += chunk;
      const address = /hu01 listens on (\S+)/.exec(screen)?.[1];
      if (address !== undefined && screen.includes("Ctrl+C")) resolve(address);
    });
    child.stderr.on("data", (chunk) => reject(new Error(String(chunk))));
  });
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await ended).exitCode;
  };
  return {
    url,
    screen: () => screen,
    peakBytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1]) * 1024;
    },
    stop,
    [Symbol.asyncDispose]: async () => void (await stop("SIGTERM")),
  };
}
