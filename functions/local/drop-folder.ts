import { type FSWatcher, watch } from "node:fs";
import type { Log } from "../log.ts";
import { listDroppedFiles } from "./dropped-files.ts";

export interface DropFolderOptions {
  readonly folder: string;
  /** Told of each complete file, once per content, by its path below the folder with forward slashes. */
  readonly onFile: (path: string) => Promise<void>;
  /** Milliseconds between two looks while something changes: two alike in a row make a file complete. */
  readonly settleMillis: number;
  /** Milliseconds between two looks while nothing changes; ten times as many where the file system gives notice. */
  readonly idleMillis: number;
  readonly log: Log;
}

/** A folder that is being watched until it is closed. */
export interface DropFolder {
  /** Resolves when the look in progress is over. */
  close(): Promise<void>;
}

/**
 * Watches a folder and everything below it. What is there already counts as new. Looking again and again is what
 * finds the files, on any file system; its notifications, where there are any, bring the next look forward.
 */
export function watchDropFolder(options: DropFolderOptions): DropFolder {
  const bell = new Bell();
  const watcher = startWatcher(options, () => bell.ring());
  const state = { isClosed: false };
  // Not for ever even so: network file systems take the request for notice and never give any.
  const idleMillis = options.idleMillis * (watcher === null ? 1 : 10);
  const looking = lookAgainAndAgain({ ...options, idleMillis }, bell, state);
  return {
    close: async () => {
      state.isClosed = true;
      watcher?.close();
      bell.ring();
      await looking;
    },
  };
}

async function lookAgainAndAgain(options: DropFolderOptions, bell: Bell, state: { readonly isClosed: boolean }) {
  let before: ReadonlyMap<string, string> = new Map();
  let told: ReadonlyMap<string, string> = new Map();
  while (!state.isClosed) {
    const now = await look(options);
    const complete = [...now].filter(([path, content]) => before.get(path) === content);
    const isSettled = complete.length === now.size && before.size === now.size;
    told = await tell(options, complete, told);
    before = now;
    if (isSettled) await bell.heard(options.idleMillis);
    else await bell.pause(options.settleMillis);
  }
}

async function look({ folder, log }: DropFolderOptions): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  try {
    for await (const { path, size, state } of listDroppedFiles(folder)) {
      // A copy begins as an empty file.
      if (size > 0) found.set(path, state);
    }
  } catch (error) {
    log.error("inbox unreadable", { error: error instanceof Error ? error.name : "unknown" });
  }
  return found;
}

/** @returns what has been told by now; a file that could not be told is tried again at the next look */
async function tell(
  { onFile, log }: DropFolderOptions,
  complete: readonly (readonly [path: string, content: string])[],
  told: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const toldNow = new Map<string, string>();
  for (const [path, content] of complete) {
    try {
      if (told.get(path) !== content) await onFile(path);
      toldNow.set(path, content);
    } catch (error) {
      log.error("inbox file not taken", { error: error instanceof Error ? error.name : "unknown" });
    }
  }
  return toldNow;
}

function startWatcher({ folder, log }: DropFolderOptions, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { recursive: true }, onChange);
    watcher.on("error", () => log.info("inbox has no notifications"));
    return watcher;
  } catch {
    log.info("inbox has no notifications");
    return null;
  }
}

/** Sleeps that a ring can end early. */
class Bell {
  #rung = false;
  #wake: () => void = () => undefined;

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /** Resolves at the next ring, at once if there was one since the last call, or after some milliseconds. */
  async heard(millis: number): Promise<void> {
    if (!this.#rung) await this.#sleep(millis);
    this.#rung = false;
  }

  /** Resolves after some milliseconds, whatever rings. */
  async pause(millis: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, millis));
    this.#rung = false;
  }

  #sleep(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
