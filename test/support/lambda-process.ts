import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FunctionName } from "../../infra/bundle-options.ts";
import { bundleFunction } from "./bundles.ts";

/** The bundle of a function in a folder outside of the project, so that nothing is there but what was bundled. */
export interface DeployedFunction extends AsyncDisposable {
  /** Starts it as Lambda does: with just this environment. */
  start(environment: Readonly<Record<string, string>>, execArgv?: readonly string[]): Promise<LambdaProcess>;
}

/** One execution environment. It does one thing at a time in Lambda; here that is up to who calls. */
export interface LambdaProcess extends AsyncDisposable {
  readonly importMillis: number;
  readonly pid: number;
  /** Everything printed so far, on either stream. */
  readonly printed: string;
  /** @returns what the handler answers @throws InvokeError when it throws or its process ends */
  invoke(event: unknown, remainingMillis?: number): Promise<unknown>;
}

/** A handler threw, or died. */
class InvokeError extends Error {
  override readonly name = "InvokeError";
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Bundles a function and puts it where it can be started. */
export async function deployFunction(name: FunctionName): Promise<DeployedFunction> {
  const folder = await mkdtemp(join(tmpdir(), `hu01-${name}-`));
  await bundleFunction(name, folder);
  await copyFile(join(import.meta.dirname, "lambda-host.mts"), join(folder, "lambda-host.mts"));
  return {
    start: async (environment, execArgv = []) => await startProcess(folder, environment, execArgv),
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true, force: true }),
  };
}

async function startProcess(
  folder: string,
  env: Readonly<Record<string, string>>,
  execArgv: readonly string[],
): Promise<LambdaProcess> {
  const child = fork(join(folder, "lambda-host.mts"), [], {
    cwd: folder,
    env: { ...env },
    execArgv: [...execArgv],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const running = new RunningFunction(child);
  await running.ready;
  return running;
}

class RunningFunction implements LambdaProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly ready: Promise<void>;
  importMillis = 0;
  printed = "";
  #lastId = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.printed += text;
      });
    }
    child.on("message", (answer: Answer) => this.#settle(answer));
    child.on("exit", (code, signal) => this.#die(`The process ended (${code ?? signal}).`));
    this.ready = this.#wait(0).then((result) => {
      this.importMillis = (result as { importMillis: number }).importMillis;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  invoke(event: unknown, remainingMillis = 300_000): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = this.#wait(id);
    this.#child.send({ id, event, remainingMillis });
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  #wait(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #settle({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new InvokeError(error));
  }

  #die(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new InvokeError(`${message}\n${this.printed}`));
    this.#waiting.clear();
  }
}
