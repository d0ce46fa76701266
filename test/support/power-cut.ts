import type { JobStore } from "../../shared/job-store.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { wrapObjectStore } from "./wrap-object-store.ts";

/** The three stores that a worker stands on. */
interface Stores {
  readonly sources: ObjectStore;
  readonly results: ObjectStore;
  readonly jobs: JobStore;
}

/** Counts the instants of a worker's life, before and after everything that it does to a store, and ends it at one. */
export class PowerCut {
  readonly #at: number;
  #met = 0;

  /** @param at the instant, from 0; Infinity for none */
  constructor(at: number) {
    this.#at = at;
  }

  /** How many instants there were. */
  get met(): number {
    return this.#met;
  }

  /** True once the worker is dead. */
  get happened(): boolean {
    return this.#met > this.#at;
  }

  /** What a dead process would do next, it does not do. */
  live(): void {
    if (this.#met++ >= this.#at) throw new Error("dead");
  }

  /** The same stores, as far as the worker comes to them. */
  on({ sources, results, jobs }: Stores): Stores {
    return {
      sources: wrapObjectStore(sources, {
        head: (key) => this.#around(() => sources.head(key)),
        read: (key, options) => this.#reading(sources.read(key, options)),
      }),
      results: wrapObjectStore(results, {
        read: (key, options) => this.#reading(results.read(key, options)),
        write: (key, content, options) => this.#around(() => results.write(key, this.#reading(content), options)),
        delete: (key) => this.#around(() => results.delete(key)),
      }),
      jobs: {
        get: (id) => this.#around(() => jobs.get(id)),
        create: (job) => this.#around(() => jobs.create(job)),
        update: (job) => this.#around(() => jobs.update(job)),
        list: (query) => this.#around(() => jobs.list(query)),
        delete: (id) => this.#around(() => jobs.delete(id)),
      },
    };
  }

  async #around<T>(act: () => Promise<T>): Promise<T> {
    this.live();
    const done = await act();
    this.live();
    return done;
  }

  async *#reading(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      if (this.happened) throw new Error("dead");
      yield chunk;
    }
  }
}
