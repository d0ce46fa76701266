import type { ByteSource } from "./byte-source.ts";

/** Small, because a reader is made for each file of a carrier of many; it doubles as it grows. */
const INITIAL_CAPACITY = 8 * 1024;

/**
 * Exact counts out of chunks of any size: a window over a source that can be looked at before it is passed.
 * The window grows to what is asked of it and no further, so the caller's largest peek bounds the memory.
 */
export class ByteReader {
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  /** The reader's own memory, and what it reads at the moment: that, or a chunk as it came. */
  #own = new Uint8Array(0);
  #buffer: Uint8Array = this.#own;
  #start = 0;
  #end = 0;
  #exhausted = false;
  #failure: { readonly error: unknown } | null = null;
  #offset = 0;

  constructor(source: ByteSource) {
    this.#iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Offset of the next byte, from the start of the source. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The next `count` bytes without passing them; fewer only where the source ends.
   * The view is valid until the next call of any method.
   */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#end - this.#start < count && !this.#exhausted) await this.#pull(count);
    if (this.#failure !== null && this.#end - this.#start < count) throw this.#failure.error;
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + count));
  }

  /**
   * Like peek, for a caller that could do without these bytes: where the source fails it gives fewer, and the failure
   * is for whoever needs more.
   */
  async prefetch(count: number): Promise<Uint8Array> {
    try {
      return await this.peek(count);
    } catch {
      return this.#buffer.subarray(this.#start, this.#end);
    }
  }

  /** Passes bytes that were peeked before. */
  skip(count: number): void {
    this.#start += count;
    this.#offset += count;
  }

  /** Passes so many bytes, or all there are, without looking at them. */
  async pass(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const { length } = await this.peek(1);
      if (length === 0) return;
      const passed = Math.min(left, this.#end - this.#start);
      this.skip(passed);
      left -= passed;
    }
  }

  /** Tells the source that no more will be read. */
  async close(): Promise<void> {
    this.#exhausted = true;
    await this.#iterator.return?.();
  }

  async #pull(count: number): Promise<void> {
    const chunk = await this.#next();
    if (chunk === null) {
      this.#exhausted = true;
      return;
    }
    if (this.#start === this.#end) {
      this.#buffer = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    this.#makeRoom(chunk.length, count);
    this.#own.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const next = await this.#iterator.next();
      return next.done ? null : next.value;
    } catch (error) {
      this.#failure = { error };
      return null;
    }
  }

  /** Moves what is held into the reader's own memory, so that there is room behind it. */
  #makeRoom(added: number, wanted: number): void {
    const isOwn = this.#buffer === this.#own;
    if (isOwn && this.#end + added <= this.#own.length) return;
    const held = this.#buffer.subarray(this.#start, this.#end);
    // Twice what is asked for, so that a large window is not moved to the front at every chunk.
    const needed = Math.max(held.length + added, 2 * wanted);
    if (needed > this.#own.length) {
      this.#own = new Uint8Array(Math.max(needed, 2 * this.#own.length, INITIAL_CAPACITY));
    }
    this.#own.set(held);
    this.#buffer = this.#own;
    this.#start = 0;
    this.#end = held.length;
  }
}
