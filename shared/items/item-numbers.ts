import { type ErrorCode, ReaderError } from "../errors.ts";
import type { Item, Origin } from "./item.ts";
import type { SkippedItem, StreamOrigin } from "./outcome.ts";

/** An item's number in the job and that of the item it was found in. */
export interface ItemNumber {
  readonly ordinal: number;
  readonly parent: number | null;
  readonly stream: StreamOrigin | null;
}

/** Numbers the items of a job from 1, in the order in which they are found. */
export class ItemNumbers {
  readonly #maxItems: number;
  #last: number;
  #parent: number | null = null;
  /** Items of the current top-level item only, so that memory does not grow with the archive. */
  #family = new Map<Item, number>();

  /** @param before items that have their numbers already */
  constructor(maxItems: number, before = 0) {
    this.#maxItems = maxItems;
    this.#last = before;
  }

  /** How many items have their numbers. */
  get count(): number {
    return this.#last;
  }

  /** @throws ReaderError readers/too-many-items */
  next(origin: Origin, stream: StreamOrigin | null): ItemNumber {
    const ordinal = ++this.#last;
    if (ordinal > this.#maxItems) {
      const message = `The archive holds more than ${this.#maxItems} items.`;
      throw new ReaderError("readers/too-many-items", message, { details: { limitItems: this.#maxItems } });
    }
    if (origin.part !== null) return { ordinal, parent: this.#parent, stream };
    this.#parent = ordinal;
    this.#family = new Map();
    return { ordinal, parent: null, stream };
  }

  /** Keeps an item's number, for duplicates that name it. */
  remember(item: Item, ordinal: number): void {
    this.#family.set(item, ordinal);
  }

  /** Number of an item remembered since the last top-level item. */
  ordinalOf(item: Item): number {
    const ordinal = this.#family.get(item);
    if (ordinal === undefined) throw new Error("a duplicate names an item that was not given before it");
    return ordinal;
  }

  /** A stream of which nothing could be decoded counts as one item that was skipped. */
  lostStream(stream: StreamOrigin, sizes: { readonly declaredBytes: number }, code: ErrorCode): SkippedItem {
    const position = { stream: stream.index, blocks: null, outputOffset: 0, outputLength: sizes.declaredBytes };
    const origin: Origin = { position, part: null, name: null };
    return { outcome: "skipped", ...this.next(origin, stream), code, origin };
  }
}
