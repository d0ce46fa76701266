import { createHash, type Hash } from "node:crypto";
import type { ByteSource } from "../../shared/bytes/byte-source.ts";

/** Counts and hashes bytes on their way to whoever reads them. */
export class MeteredBytes implements AsyncIterable<Uint8Array> {
  readonly #bytes: ByteSource;
  readonly #hash: Hash = createHash("sha256");
  #size = 0;

  constructor(bytes: ByteSource) {
    this.#bytes = bytes;
  }

  /** Bytes handed over so far. */
  get size(): number {
    return this.#size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#bytes) {
      this.#hash.update(chunk);
      this.#size += chunk.length;
      yield chunk;
    }
  }

  /** SHA-256 of all bytes, in lower-case hexadecimal. Ask once, at the end. */
  sha256(): string {
    return this.#hash.digest("hex");
  }
}
