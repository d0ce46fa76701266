import { filesOf, type Outcome } from "./items/outcome.ts";

/** Which items of an archive a job writes. It depends on their numbers only, so a job that is continued makes the same. */
export class ItemChoice {
  readonly #only: ReadonlySet<number> | null;

  /** @param only ordinals of items, whose own items count with them; null for all */
  constructor(only: readonly number[] | null) {
    this.#only = only === null ? null : new Set(only);
  }

  /** How many items are named; null for all. */
  get size(): number | null {
    return this.#only?.size ?? null;
  }

  /** True for what is told and written: chosen items, and what is about no item. Files about all items are left out. */
  has(outcome: Outcome): boolean {
    if (this.#only === null) return true;
    if (outcome.outcome === "document") return false;
    if (!("ordinal" in outcome)) return true;
    return this.#only.has(outcome.ordinal) || (outcome.parent !== null && this.#only.has(outcome.parent));
  }

  /** The same outcomes; those that are not chosen have no files, which are opened and let go, so that all flows on. */
  async *strip(outcomes: AsyncIterable<Outcome>): AsyncGenerator<Outcome> {
    for await (const outcome of outcomes) {
      if (this.has(outcome)) yield outcome;
      else {
        for (const { content } of filesOf(outcome)) for await (const _ of content) break;
        yield { ...outcome, ...("files" in outcome ? { files: [] } : {}) };
      }
    }
  }
}
