import type { Item } from "../../shared/items/item.ts";
import { filesOf, type Outcome, type Receipt } from "../../shared/items/outcome.ts";
import type { OutputFile } from "../../shared/items/output-file.ts";

/** Bytes of items that may wait to be written; beside them only what the decoder itself holds is in memory. */
const DEFAULT_MAX_PENDING_BYTES = 32 * 1024 ** 2;

export interface DrainLimits {
  /** Files that may be written at the same time. */
  readonly maxParallel: number;
  /** Bytes of items between being pulled and being yielded. An item larger than that is alone. Default 32 MiB. */
  readonly maxPendingBytes?: number;
  /** Stops the writes that run; they then fail, and the drain with them. */
  readonly signal?: AbortSignal;
  /** Once given, no more outcomes are pulled; those that were are still written and yielded. */
  readonly windDown?: AbortSignal;
}

/** An outcome and what became of its files, in their order. */
export interface Drained {
  readonly outcome: Outcome;
  readonly receipts: readonly Receipt[];
}

/** Writes one file of an outcome to its end. Is called in their order. Must end soon once the signal is given. */
export type WriteFile = (file: OutputFile, outcome: Outcome, signal: AbortSignal) => Promise<Receipt>;

/**
 * Writes the files of outcomes, several at a time, and yields the outcomes strictly in order, each once all of its
 * files are written. The first failed write ends it with that error. However it ends, every write that was begun is
 * over and the outcomes are returned.
 *
 * Why it cannot deadlock: an item's writes are begun before anything is waited for, so content that only flows while
 * it is read is always being read, whether the outcomes wait for it or it for nobody; and content that a failed write
 * left unread is opened and let go here.
 */
export async function* drain(
  outcomes: AsyncIterable<Outcome>,
  write: WriteFile,
  limits: DrainLimits,
): AsyncGenerator<Drained> {
  const pulled = outcomes[Symbol.asyncIterator]();
  const pending = new PendingWrites(write, limits);
  try {
    while (limits.windDown?.aborted !== true) {
      while (pending.isHeavy) yield await pending.takeFirst();
      const next = await pulled.next();
      pending.throwIfFailed();
      if (next.done) break;
      while (!pending.hasRoomFor(next.value)) yield await pending.takeFirst();
      pending.begin(next.value);
    }
    while (!pending.isEmpty) yield await pending.takeFirst();
  } finally {
    await pending.stop();
    await pulled.return?.();
  }
}

interface Entry {
  readonly outcome: Outcome;
  readonly files: number;
  readonly bytes: number;
  readonly receipts: Promise<readonly Receipt[]>;
}

/** Outcomes whose files are being written, in order. An outcome counts until it is taken: until then it is held. */
class PendingWrites {
  readonly #write: WriteFile;
  readonly #maxFiles: number;
  readonly #maxBytes: number;
  readonly #stopped = new AbortController();
  readonly #signal: AbortSignal;
  readonly #entries: Entry[] = [];
  #files = 0;
  #bytes = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(write: WriteFile, limits: DrainLimits) {
    this.#write = write;
    this.#signal = AbortSignal.any([this.#stopped.signal, ...(limits.signal === undefined ? [] : [limits.signal])]);
    this.#maxFiles = limits.maxParallel;
    this.#maxBytes = limits.maxPendingBytes ?? DEFAULT_MAX_PENDING_BYTES;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** So much is held that the next item, which is read before its size is known, should wait. */
  get isHeavy(): boolean {
    return this.#bytes > this.#maxBytes / 2;
  }

  hasRoomFor(outcome: Outcome): boolean {
    if (this.isEmpty) return true;
    // Outcomes without files cost little, but not nothing.
    if (this.#entries.length >= 4 * this.#maxFiles) return false;
    const files = filesOf(outcome).length;
    return files === 0 || (this.#files + files <= this.#maxFiles && this.#bytes + bytesOf(outcome) <= this.#maxBytes);
  }

  begin(outcome: Outcome): void {
    const files = filesOf(outcome);
    const receipts = allOver(files.map((file) => this.#writeOne(file, outcome)));
    // Whoever takes the entry sees the failure; nobody may ever take it.
    receipts.catch(() => undefined);
    const entry = { outcome, files: files.length, bytes: bytesOf(outcome), receipts };
    this.#entries.push(entry);
    this.#files += entry.files;
    this.#bytes += entry.bytes;
  }

  async takeFirst(): Promise<Drained> {
    const [entry] = this.#entries;
    if (entry === undefined) throw new RangeError("no outcome is pending");
    const receipts = await entry.receipts.catch(() => []);
    this.throwIfFailed();
    this.#entries.shift();
    this.#files -= entry.files;
    this.#bytes -= entry.bytes;
    return { outcome: entry.outcome, receipts };
  }

  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Ends the writes that still run, and waits for them. */
  async stop(): Promise<void> {
    if (!this.isEmpty) this.#stopped.abort();
    await Promise.allSettled(this.#entries.map((entry) => entry.receipts));
  }

  async #writeOne(file: OutputFile, outcome: Outcome): Promise<Receipt> {
    try {
      return await this.#write(file, outcome, this.#signal);
    } catch (error) {
      this.#failure ??= { error };
      this.#stopped.abort();
      await letGo(file);
      throw error;
    }
  }
}

/** Like Promise.all, but not before the last one is over. */
async function allOver<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function bytesOf(outcome: Outcome): number {
  return outcome.outcome === "written" ? heldBytes(outcome.item) : 0;
}

/** About how much memory an item holds until its files are written. */
function heldBytes(item: Item): number {
  if (item.kind === "mail" || item.kind === "raw") {
    const { content, origin } = item;
    const held = Array.isArray(content) ? content.reduce((sum: number, { length }: Uint8Array) => sum + length, 0) : 0;
    return Math.max(held, origin.position.outputLength);
  }
  let length = item.kind === "contact" ? (item.original?.length ?? 0) : 0;
  for (const line of item.lines) length += line.length;
  return length;
}

/**
 * Opens content that was never opened, so that it can be closed: a generator that was not begun runs no `finally`,
 * and whoever waits for the content to be read would wait for ever.
 */
async function letGo(file: OutputFile): Promise<void> {
  try {
    for await (const _ of file.content) break;
  } catch {
    // The write has failed already, and says more.
  }
}
