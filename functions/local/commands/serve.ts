import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Job } from "../../../shared/job.ts";
import { listFiles } from "../../api/files/list-files.ts";
import { createLog } from "../../log.ts";
import { openAccessToken } from "../access-token.ts";
import { type DataFolder, INBOX_PREFIX, openDataFolder, putIntoInbox } from "../data-folder.ts";
import { EXIT_OK, type ExitCode } from "../exit-code.ts";
import { type EndedJob, renderEnd, renderWelcome } from "../first-screen.ts";
import { isLoopback } from "../local-guard.ts";
import { type Service, startService } from "../service.ts";
import { type Terminal, writeTo } from "../terminal.ts";

export interface ServeCommandOptions {
  readonly port: number;
  readonly host: string;
  /** Folder that holds everything; made when absent. */
  readonly data: string;
  /** Put the sample into the inbox of a new data folder. */
  readonly sample: boolean;
  /** Let callbacks reach this machine and private networks. */
  readonly allowPrivateCallbacks: boolean;
}

const SAMPLE_NAME = "welcome.hu01";
const SAMPLE = fileURLToPath(new URL(`../sample/${SAMPLE_NAME}`, import.meta.url));
/** The first screen does not wait longer for the sample than this. */
const SAMPLE_MILLIS = 15_000;
const GRACE_MILLIS = 10_000;

/** `hu01 serve`: the local service, until the signal asks it to stop. */
export async function serveCommand(
  { port, host, data: path, sample, allowPrivateCallbacks }: ServeCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const data = await openDataFolder(path);
  const isFirstStart = sample && data.isNew;
  if (isFirstStart) await putIntoInbox(data, SAMPLE, SAMPLE_NAME);
  const ends = new Ends();
  // Only this machine reaches a loopback address; any other one asks who is there.
  const token = isLoopback(host) ? null : await openAccessToken(data);
  const log = createFileLog(data);
  const onEnd = (job: Job) => ends.tell(job);
  const service = await startService({ data, host, port, log, token, allowPrivateCallbacks, onEnd });
  const sampleJob = isFirstStart ? await ends.first(INBOX_PREFIX + SAMPLE_NAME, SAMPLE_MILLIS) : null;
  const ended = sampleJob === null ? null : await withFiles(service, sampleJob);
  await writeTo(terminal.stdout, renderWelcome({ url: service.url, token }, data, ended));
  ends.listen((job) => void terminal.stdout.write(renderEnd(job, service.url)));
  await aborted(signal);
  await writeTo(terminal.stdout, "Stopping.\n");
  await service.close(GRACE_MILLIS);
  // A job that outlives the grace would keep the process alive; its lease runs out, and the next start takes it over.
  setTimeout(() => process.exit(EXIT_OK), 1000).unref();
  return EXIT_OK;
}

function createFileLog({ log }: DataFolder) {
  return createLog((line) => appendFileSync(log, `${line}\n`));
}

async function withFiles({ results }: Service, job: Job): Promise<EndedJob> {
  return { job, files: await listFiles(results, job.id, { limit: 20 }) };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Jobs that end, for those who wait for one and those who want to hear of all. */
class Ends {
  readonly #listeners = new Set<(job: Job) => void>();

  tell(job: Job): void {
    for (const listener of this.#listeners) listener(job);
  }

  listen(listener: (job: Job) => void): void {
    this.#listeners.add(listener);
  }

  /** The first job of that source to end, or null when none does in time. */
  first(sourceKey: string, timeoutMillis: number): Promise<Job | null> {
    return new Promise((resolve) => {
      const end = (job: Job | null) => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        resolve(job);
      };
      const listener = (job: Job) => {
        if (job.source.key === sourceKey) end(job);
      };
      const timer = setTimeout(end, timeoutMillis, null);
      this.#listeners.add(listener);
    });
  }
}
