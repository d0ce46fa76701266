import type { ByteSource } from "./bytes/byte-source.ts";

/** The bytes of a member, counted. Whoever stops reading them leaves the rest to be drained. */
export class MemberBytes implements AsyncIterable<Uint8Array> {
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #size = 0;

  constructor(source: ByteSource) {
    this.#iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Bytes given so far. */
  get size(): number {
    return this.#size;
  }

  /** An iterator that cannot close the source, since what is left must still be passed. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  async drain(): Promise<void> {
    for await (const _unread of this);
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const next = await this.#iterator.next();
    if (next.done === true) return { done: true, value: undefined };
    this.#size += next.value.length;
    return next;
  }
}
