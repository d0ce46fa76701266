import { binaryString } from "../../bytes/binary-string.ts";
import { ByteReader } from "../../bytes/byte-reader.ts";
import type { ByteSource } from "../../bytes/byte-source.ts";

const WINDOW_BYTES = 65_536;
const LF = 0x0a;

/** The bytes of a carrier. Each is passed once, either as part of a member or as the framing around members. */
export class CarrierInput {
  readonly #reader: ByteReader;
  readonly #start: number;
  #framingBytes = 0;
  #carriedBytes = 0;
  /** Bytes that are known to be left; null while the end is not in sight. */
  #left: number | null = null;

  /** @param start offset of the source's first byte in the carrier */
  constructor(source: ByteSource, start = 0) {
    this.#reader = new ByteReader(source);
    this.#start = start;
  }

  /** Offset of the next byte in the carrier. */
  get offset(): number {
    return this.#start + this.#framingBytes + this.#carriedBytes;
  }

  /** Bytes passed so far that are no part of a member. */
  get framingBytes(): number {
    return this.#framingBytes;
  }

  /** Bytes passed so far that members were made of, as they stand in the carrier. */
  get carriedBytes(): number {
    return this.#carriedBytes;
  }

  /** The next bytes, fewer than `count` only at the end; valid until the next call. */
  async peek(count: number): Promise<Uint8Array> {
    const bytes = await this.#reader.peek(count);
    if (bytes.length < count) this.#left = bytes.length;
    return bytes;
  }

  /** True once all bytes have been passed and their end was seen. */
  get isOver(): boolean {
    return this.#left === 0;
  }

  passFraming(count: number): void {
    this.#pass(count);
    this.#framingBytes += count;
  }

  passCarried(count: number): void {
    this.#pass(count);
    this.#carriedBytes += count;
  }

  #pass(count: number): void {
    this.#reader.skip(count);
    if (this.#left !== null) this.#left -= count;
  }

  /**
   * The next line with its line end, not passed yet, as a string of one character per byte; its first `maxBytes` when
   * it is longer, empty at the end of the carrier.
   */
  async peekLine(maxBytes: number): Promise<string> {
    for (let count = Math.min(256, maxBytes); ; count = Math.min(count * 4, maxBytes)) {
      const window = await this.peek(count);
      const end = window.indexOf(LF);
      if (end >= 0) return binaryString(window.subarray(0, end + 1));
      if (window.length < count || count === maxBytes) return binaryString(window);
    }
  }

  /** Passes a line as framing. @returns what peekLine gives */
  async passLine(maxBytes: number): Promise<string> {
    const line = await this.peekLine(maxBytes);
    this.passFraming(line.length);
    return line;
  }

  /** Everything up to the last `count` bytes, as part of a member. */
  async *carryAllBut(count: number): AsyncGenerator<Uint8Array> {
    for (;;) {
      const window = await this.peek(WINDOW_BYTES + count);
      const bytes = window.slice(0, Math.max(0, window.length - count));
      if (bytes.length === 0) return;
      this.passCarried(bytes.length);
      yield bytes;
    }
  }

  /** Passes whatever is left as framing. */
  passRest(): Promise<void> {
    return this.passUpTo(Number.POSITIVE_INFINITY);
  }

  /** Passes what stands before an offset as framing. */
  async passUpTo(offset: number): Promise<void> {
    while (this.offset < offset) {
      const { length } = await this.peek(Math.min(offset - this.offset, WINDOW_BYTES));
      if (length === 0) return;
      this.passFraming(length);
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
