import { collectBytes } from "../../shared/bytes/byte-source.ts";
import type { ObjectStore } from "../../shared/object-store.ts";

/** The keys of a listing, in its order. */
export async function keysOf(store: ObjectStore, prefix: string, after?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix, after === undefined ? {} : { after })) keys.push(key);
  return keys;
}

/** An object's content as text. */
export async function textOf(store: ObjectStore, key: string): Promise<string> {
  return Buffer.from(await collectBytes(store.read(key))).toString();
}

/** Keys in the order in which a store has to list them: that of their UTF-8 bytes. */
export function inKeyOrder(keys: readonly string[]): string[] {
  return keys.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

/** UTF-8 of a text. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

/** Bytes with a prime period, so that no two chunks of a round size are alike. */
export function pattern(length: number): Uint8Array {
  return Buffer.alloc(
    length,
    Uint8Array.from({ length: 251 }, (_, index) => index),
  );
}

/** The same bytes in slices whose sizes go round. */
export function* sliced(whole: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let offset = 0, turn = 0; offset < whole.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield whole.subarray(offset, offset + size);
    offset += size;
  }
}
