import type { ByteSource } from "../../shared/bytes/byte-source.ts";
import { StoreError } from "../../shared/errors.ts";

/** The least that S3 takes as a part, but for the last one. What is not larger is sent as one object. */
const FIRST_PART_BYTES = 5 * 1024 ** 2;
/** S3 takes no more parts of one object. */
const MAX_PARTS = 10_000;
/** After so many parts, the next ones are twice as large. */
const PARTS_OF_ONE_SIZE = 2_000;

/**
 * Bytes of the n-th part, from 1. The whole length is not known while an object is written, and small parts keep the
 * memory small; so the parts grow as the object does: 5 MiB up to 10 GiB of it, 10 MiB up to 29 GiB, at last 80 MiB.
 * All 10 000 together are 302 GiB.
 *
 * @throws StoreError stores/object-too-large behind the last part
 */
export function partBytes(number: number): number {
  if (number > MAX_PARTS) {
    const message = `The file needs more than ${MAX_PARTS} parts; S3 takes no more of one object.`;
    throw new StoreError("stores/object-too-large", message, { details: { maxParts: MAX_PARTS } });
  }
  return FIRST_PART_BYTES * 2 ** Math.floor((number - 1) / PARTS_OF_ONE_SIZE);
}

/** One part of an object, or all of it. */
export interface Part {
  /** From 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** Cuts a source into parts: at least one, all but the last of the size that `partBytes` gives. */
export async function* cutIntoParts(content: ByteSource, signal?: AbortSignal): AsyncGenerator<Part> {
  let number = 1;
  let gathered = new Gathered();
  for await (const chunk of content) {
    signal?.throwIfAborted();
    let rest = chunk;
    // Only when more follows: the last part must be known as such.
    for (let room = partBytes(number) - gathered.size; rest.length > room; room = partBytes(number)) {
      gathered.add(rest.subarray(0, room));
      rest = rest.subarray(room);
      yield { number, bytes: gathered.join(), isLast: false };
      gathered = new Gathered();
      number += 1;
    }
    gathered.add(rest);
  }
  signal?.throwIfAborted();
  yield { number, bytes: gathered.join(), isLast: true };
}

class Gathered {
  readonly #chunks: Uint8Array[] = [];
  size = 0;

  add(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.size += chunk.length;
  }

  join(): Uint8Array {
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }
}
