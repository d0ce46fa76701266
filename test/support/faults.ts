import { StoreError } from "../../shared/errors.ts";

/** Counts the places where a store could fail, and fails at one of them, or at all from there on. */
export class Faults {
  readonly #at: number;
  readonly #lasting: boolean;
  #met = 0;

  /** @param at the place that fails, from 0; Infinity for none */
  constructor(at: number, { lasting = false }: { readonly lasting?: boolean } = {}) {
    this.#at = at;
    this.#lasting = lasting;
  }

  /** How many places have been met. */
  get met(): number {
    return this.#met;
  }

  /** True when the place was met, so that something failed. */
  get happened(): boolean {
    return this.#met > this.#at;
  }

  /** @throws StoreError stores/read-failed */
  mayFailToRead(): void {
    if (this.#isDue()) throw new StoreError("stores/read-failed", "An injected fault.");
  }

  /** @throws StoreError stores/write-failed */
  mayFailToWrite(): void {
    if (this.#isDue()) throw new StoreError("stores/write-failed", "An injected fault.");
  }

  #isDue(): boolean {
    const place = this.#met;
    this.#met += 1;
    return this.#lasting ? place >= this.#at : place === this.#at;
  }
}

/** Faults that never happen. */
export const NO_FAULTS = new Faults(Number.POSITIVE_INFINITY);
