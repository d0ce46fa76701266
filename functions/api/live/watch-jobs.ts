import type { Job } from "../../../shared/job.ts";
import type { JobStore } from "../../../shared/job-store.ts";

/**
 * A job's record as it is now, and again whenever it has changed, each version later than the one before. Versions
 * that come faster than they are asked for are left out, so a slow reader costs no memory. Ends when the signal is
 * given, when the watch is closed, and when there is no such job any more.
 *
 * @throws StoreError when the record cannot be read
 */
export type WatchJob = (id: string, signal: AbortSignal) => AsyncIterable<Job>;

/** Watches jobs for any number of readers at the cost of one. */
export interface JobWatch {
  readonly watch: WatchJob;
  /** Tells of a record that has just been stored, so that nobody has to wait for the next look. */
  readonly tell: (job: Job) => void;
  /** Ends every watch, and those that would begin. */
  close(): void;
}

export interface JobWatchOptions {
  readonly jobs: Pick<JobStore, "get">;
  /** Milliseconds between two looks at a job that somebody watches. */
  readonly pollMillis: number;
}

/** Looks at each watched job every so often, once for all who watch it, and at none that nobody watches. */
export function createJobWatch({ jobs, pollMillis }: JobWatchOptions): JobWatch {
  const watched = new Map<string, WatchedJob>();
  const closing = new AbortController();
  return {
    watch: (id, signal) => follow(watched, id, AbortSignal.any([signal, closing.signal]), { jobs, pollMillis }),
    tell: (job) => watched.get(job.id)?.tell(job),
    close: () => closing.abort(),
  };
}

async function* follow(
  watched: Map<string, WatchedJob>,
  id: string,
  signal: AbortSignal,
  options: JobWatchOptions,
): AsyncGenerator<Job> {
  if (signal.aborted) return;
  const entry = watched.get(id) ?? new WatchedJob(id, options);
  watched.set(id, entry.enter());
  try {
    yield* entry.versions(signal);
  } finally {
    if (entry.leave()) watched.delete(id);
  }
}

/** What is known of a job: nothing yet, its latest record, or that it is gone, or why it cannot be known. */
type Knowledge = { readonly job: Job | null } | { readonly error: unknown } | null;

/** One job, and all who watch it. */
class WatchedJob {
  readonly #id: string;
  readonly #options: JobWatchOptions;
  readonly #waiting = new Set<() => void>();
  #known: Knowledge = null;
  #readers = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(id: string, options: JobWatchOptions) {
    this.#id = id;
    this.#options = options;
  }

  enter(): this {
    this.#readers += 1;
    if (this.#readers === 1) void this.#look();
    return this;
  }

  /** True when nobody is left. */
  leave(): boolean {
    this.#readers -= 1;
    if (this.#readers === 0) clearTimeout(this.#timer);
    return this.#readers === 0;
  }

  tell(job: Job): void {
    const known = this.#known;
    if (known !== null && "job" in known && known.job !== null && known.job.version >= job.version) return;
    this.#know({ job });
  }

  async *versions(signal: AbortSignal): AsyncGenerator<Job> {
    let version = 0;
    while (!signal.aborted) {
      const known = this.#known;
      if (known !== null && "error" in known) throw known.error;
      if (known !== null && known.job === null) return;
      if (known?.job != null && known.job.version > version) {
        version = known.job.version;
        yield known.job;
      } else {
        await this.#news(signal);
      }
    }
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener("abort", done);
    });
  }

  async #look(): Promise<void> {
    try {
      const job = await this.#options.jobs.get(this.#id);
      if (job === null) return this.#know({ job });
      this.tell(job);
    } catch (error) {
      return this.#know({ error });
    }
    if (this.#readers > 0) this.#timer = setTimeout(() => void this.#look(), this.#options.pollMillis);
  }

  #know(known: NonNullable<Knowledge>): void {
    this.#known = known;
    for (const done of [...this.#waiting]) done();
  }
}
