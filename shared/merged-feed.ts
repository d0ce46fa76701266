import { concatBytes } from "./bytes/byte-source.ts";
import type { Item } from "./items/item.ts";

/** Items taken from the source before whoever waits is served. */
const BATCH_ITEMS = 64;

/** What stands around the pieces of one content. */
interface Frame {
  begin(): Iterable<Uint8Array>;
  end(): Iterable<Uint8Array>;
}

/** Says which content an item goes into, and as what; null for none. */
type Deal<Key> = (item: Item) => { readonly key: Key; readonly pieces: Iterable<Uint8Array> } | null;

/** Several contents out of one pass over items: whoever has nothing left moves the pass on, for all of them. */
export class MergedFeed<Key extends object> {
  readonly #open: () => AsyncGenerator<Item>;
  readonly #deal: Deal<Key>;
  readonly #queues = new Map<Key, Uint8Array[]>();
  #items: AsyncGenerator<Item> | null = null;
  #step: Promise<void> | null = null;
  #isDone = false;

  constructor(items: () => AsyncGenerator<Item>, deal: Deal<Key>) {
    this.#open = items;
    this.#deal = deal;
  }

  /** One content. Can be read once. */
  contentOf(key: Key, frame: Frame): AsyncIterable<Uint8Array> {
    this.#queues.set(key, []);
    return { [Symbol.asyncIterator]: () => this.#read(key, frame) };
  }

  async *#read(key: Key, frame: Frame): AsyncGenerator<Uint8Array> {
    try {
      yield concatBytes([...frame.begin()]);
      for (;;) {
        const waiting = this.#queues.get(key)?.splice(0) ?? [];
        if (waiting.length > 0) yield concatBytes(waiting);
        else if (this.#isDone) break;
        else await this.#moveOn();
      }
      yield concatBytes([...frame.end()]);
    } finally {
      // Whoever is given up gets nothing more, and the last one to leave closes the source.
      this.#queues.delete(key);
      if (this.#queues.size === 0) await this.#items?.return(undefined);
    }
  }

  async #moveOn(): Promise<void> {
    this.#step ??= this.#take().finally(() => {
      this.#step = null;
    });
    await this.#step;
  }

  async #take(): Promise<void> {
    this.#items ??= this.#open();
    for (let count = 0; count < BATCH_ITEMS; count += 1) {
      const next = await this.#items.next();
      if (next.done) {
        this.#isDone = true;
        return;
      }
      const dealt = this.#deal(next.value);
      if (dealt !== null) this.#queues.get(dealt.key)?.push(...dealt.pieces);
    }
  }
}
