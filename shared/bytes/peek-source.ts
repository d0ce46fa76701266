import { type ByteSource, concatBytes } from "./byte-source.ts";
import { replay } from "./replay.ts";

/** A source whose first bytes have been looked at. */
export interface PeekedSource {
  /** The first bytes: as many as asked for, fewer only when the source has no more. */
  readonly prefix: Uint8Array;
  /** The whole source, the prefix included. */
  readonly source: AsyncGenerator<Uint8Array>;
}

/** Looks at the first `count` bytes of a source and gives it back whole. */
export async function peekSource(source: ByteSource, count: number): Promise<PeekedSource> {
  const iterator = toIterator(source);
  const peeked: Uint8Array[] = [];
  let length = 0;
  while (length < count) {
    const next = await iterator.next();
    if (next.done) break;
    peeked.push(next.value);
    length += next.value.length;
  }
  return { prefix: concatBytes(peeked).subarray(0, count), source: await replay(peeked, iterator) };
}

async function* toIterator(source: ByteSource): AsyncGenerator<Uint8Array> {
  yield* source;
}
