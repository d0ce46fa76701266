import { peekSource } from "./bytes/peek-source.ts";
import type { OpenSource } from "./open-members.ts";

const CHUNK_BYTES = 65_536;

/** Reads a source of no more than `maxBytes` into memory, so that it can be opened anywhere at no cost. */
export async function holdSmall(source: OpenSource, maxBytes: number): Promise<OpenSource> {
  const { prefix, source: bytes } = await peekSource(source.bytes, maxBytes + 1);
  if (prefix.length > maxBytes) return { ...source, bytes };
  await bytes.return(undefined);
  const held = prefix.slice();
  return {
    ...source,
    bytes: chunksOf(held, 0),
    reopen: (offset) => chunksOf(held, offset),
    size: async () => held.length,
  };
}

/** Copies, because whoever reads a chunk owns it. */
function* chunksOf(held: Uint8Array, start: number): Generator<Uint8Array> {
  for (let at = start; at < held.length; at += CHUNK_BYTES) yield held.slice(at, at + CHUNK_BYTES);
}
