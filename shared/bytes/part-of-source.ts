import type { ByteSource } from "./byte-source.ts";

/** A source without its first `count` bytes. */
export async function* skipBytes(source: ByteSource, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of source) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** The first `count` bytes of a source. */
export async function* firstBytes(source: ByteSource, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  if (left <= 0) return;
  for await (const chunk of source) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** Reads a source to its end. @returns its size */
export async function countBytes(source: ByteSource): Promise<number> {
  let size = 0;
  for await (const chunk of source) size += chunk.length;
  return size;
}
