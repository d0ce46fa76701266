import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log.ts";

export interface WorkQueueOptions<Task> {
  /** Does one task; false, or an error, means that it has to be done again later. */
  readonly run: (task: Task) => Promise<boolean>;
  readonly concurrency: number;
  /** Milliseconds before a task is tried again; doubled at every further try. */
  readonly retryMillis: number;
  /** Tries of one task before it is given up. */
  readonly maxTries: number;
  readonly log: Log;
}

interface Entry<Task> {
  readonly task: Task;
  readonly tries: number;
}

/** The local stand-in for SQS: a bounded number of tasks at a time, in order, each again when it asks for it. */
export class WorkQueue<Task> {
  readonly #options: WorkQueueOptions<Task>;
  readonly #waiting: Entry<Task>[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #active = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: WorkQueueOptions<Task>) {
    this.#options = options;
  }

  /** Adds a task, to be done now or after some milliseconds. A closed queue takes nothing more. */
  push(task: Task, delayMillis = 0): void {
    this.#enqueue({ task, tries: 0 }, delayMillis);
  }

  /** Takes nothing more, forgets what is waiting, and resolves when what is being done is done or the time is over. */
  async close(graceMillis: number): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    for (const timer of this.#timers) clearTimeout(timer);
    const timer = new AbortController();
    await Promise.race([Promise.all(this.#active), sleep(graceMillis, undefined, timer).catch(() => undefined)]);
    timer.abort();
  }

  #enqueue(entry: Entry<Task>, delayMillis: number): void {
    if (this.#isClosed) return;
    if (delayMillis <= 0) {
      this.#waiting.push(entry);
      this.#startNext();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#enqueue(entry, 0);
    }, delayMillis);
    this.#timers.add(timer);
  }

  #startNext(): void {
    while (this.#active.size < this.#options.concurrency) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      const work = this.#work(entry).finally(() => {
        this.#active.delete(work);
        this.#startNext();
      });
      this.#active.add(work);
    }
  }

  async #work({ task, tries }: Entry<Task>): Promise<void> {
    const { retryMillis, maxTries, log } = this.#options;
    if (await this.#try(task)) return;
    if (tries + 1 < maxTries) this.#enqueue({ task, tries: tries + 1 }, retryMillis * 2 ** tries);
    else log.error("event given up", { tries: maxTries });
  }

  /** Like a function on AWS that fails as a whole: its message comes again. */
  async #try(task: Task): Promise<boolean> {
    try {
      return await this.#options.run(task);
    } catch (error) {
      this.#options.log.error("event fault", { error: error instanceof Error ? error.name : "unknown" });
      return false;
    }
  }
}
