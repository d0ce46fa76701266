import { concatBytes } from "./bytes/byte-source.ts";
import type { Item } from "./items/item.ts";

/** Items taken from the source before whoever waits is served. */
const BATCH_ITEMS = 64;
/** Bytes that may wait for one reader while the others move on. */
const MAX_WAITING_BYTES = 1024 ** 2;

/** What stands around the pieces of one content. */
interface Frame {
  begin(): Iterable<Uint8Array>;
  end(): Iterable<Uint8Array>;
}

/** Says which content an item goes into, and as what; null for none. */
type Deal<Key> = (item: Item) => { readonly key: Key; readonly pieces: Iterable<Uint8Array> } | null;

/** What has been dealt to one content and not been read yet. */
interface Queue {
  pieces: Uint8Array[];
  bytes: number;
  /** Somebody reads it, so what waits in it will go. */
  isRead: boolean;
}

/**
 * Several contents out of one pass over items: whoever has nothing left moves the pass on, for all of them, unless
 * another reader is far behind. Only what nobody has begun to read may grow without bound.
 */
export class MergedFeed<Key extends object> {
  readonly #open: () => AsyncGenerator<Item>;
  readonly #deal: Deal<Key>;
  readonly #queues = new Map<Key, Queue>();
  /** Readers that wait for those behind them. */
  #ahead: (() => void)[] = [];
  #items: AsyncGenerator<Item> | null = null;
  #step: Promise<void> | null = null;
  #isDone = false;

  constructor(items: () => AsyncGenerator<Item>, deal: Deal<Key>) {
    this.#open = items;
    this.#deal = deal;
  }

  /** One content. Can be read once. */
  contentOf(key: Key, frame: Frame): AsyncIterable<Uint8Array> {
    this.#queues.set(key, { pieces: [], bytes: 0, isRead: false });
    return { [Symbol.asyncIterator]: () => this.#read(key, frame) };
  }

  async *#read(key: Key, frame: Frame): AsyncGenerator<Uint8Array> {
    const queue = this.#queues.get(key);
    if (queue === undefined) return;
    queue.isRead = true;
    try {
      yield concatBytes([...frame.begin()]);
      for (;;) {
        const waiting = this.#empty(queue);
        if (waiting.length > 0) yield concatBytes(waiting);
        else if (this.#isDone) break;
        else await this.#moveOn();
      }
      yield concatBytes([...frame.end()]);
    } finally {
      // Whoever is given up gets nothing more, and the last one to leave closes the source.
      this.#queues.delete(key);
      this.#wake();
      if (this.#queues.size === 0) await this.#items?.return(undefined);
    }
  }

  #empty(queue: Queue): readonly Uint8Array[] {
    const { pieces } = queue;
    queue.pieces = [];
    queue.bytes = 0;
    this.#wake();
    return pieces;
  }

  #wake(): void {
    for (const wake of this.#ahead.splice(0)) wake();
  }

  async #moveOn(): Promise<void> {
    while (this.#isSomebodyBehind) await new Promise<void>((resolve) => this.#ahead.push(resolve));
    this.#step ??= this.#take().finally(() => {
      this.#step = null;
    });
    await this.#step;
  }

  get #isSomebodyBehind(): boolean {
    return [...this.#queues.values()].some(({ isRead, bytes }) => isRead && bytes > MAX_WAITING_BYTES);
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
      const queue = dealt === null ? undefined : this.#queues.get(dealt.key);
      if (dealt === null || queue === undefined) continue;
      for (const piece of dealt.pieces) {
        queue.pieces.push(piece);
        queue.bytes += piece.length;
      }
    }
  }
}
