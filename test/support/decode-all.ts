import { concatBytes } from "../../shared/bytes/byte-source.ts";
import type { Gap } from "../../shared/bytes/segment.ts";
import type { BlockDecoded, Foreign, StreamEnd } from "../../shared/hu01/archive-event.ts";
import { decodeSettledArchive, type SettledStart } from "../../shared/hu01/settle-gaps.ts";
import { DEFAULT_LIMITS, type Limits } from "../../shared/limits.ts";

/** Everything an archive decodes to, sorted by what it is. */
export interface Decoded {
  readonly starts: SettledStart[];
  readonly ends: StreamEnd[];
  readonly blocks: BlockDecoded[];
  readonly good: { readonly bytes: Uint8Array; readonly outputOffset: number }[];
  readonly gaps: Gap[];
  readonly foreign: Foreign[];
}

/** Decodes an archive whole. `chunkBytes` cuts the input into chunks of that size. */
export async function decodeAll(
  archive: Uint8Array,
  options: { readonly carve?: boolean; readonly chunkBytes?: number; readonly limits?: Partial<Limits> } = {},
): Promise<Decoded> {
  const decoded: Decoded = { starts: [], ends: [], blocks: [], good: [], gaps: [], foreign: [] };
  const open = (offset: number) => chunksOf(archive.subarray(offset), options.chunkBytes ?? archive.length);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const source = { bytes: open(0), reopen: open };
  for await (const event of decodeSettledArchive(source, { limits, carve: options.carve ?? false })) {
    if (event.kind === "stream-start") decoded.starts.push(event);
    else if (event.kind === "stream-end") decoded.ends.push(event);
    else if (event.kind === "block") decoded.blocks.push(event);
    else if (event.kind === "bytes") decoded.good.push(event);
    else if (event.kind === "gap") decoded.gaps.push(event);
    else decoded.foreign.push(event);
  }
  return decoded;
}

/** The recovered bytes of all streams, one after the other. */
export function recovered(decoded: Decoded): Uint8Array {
  return concatBytes(decoded.good.map((segment) => segment.bytes));
}

/** Cuts bytes into chunks of one size, copied, so that a decoder that keeps a chunk is found out. */
export function* chunksOf(bytes: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  const step = Math.max(1, chunkBytes);
  for (let at = 0; at < bytes.length; at += step) yield bytes.slice(at, at + step);
}

/** Offsets of a well-formed archive's blocks, and at last of its end. */
export function blockOffsets(archive: Uint8Array): number[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const offsets = [view.getUint32(4, true)];
  for (let at = offsets[0] as number; at < archive.length; offsets.push(at)) {
    at += view.getUint32(at + 4, true) + view.getUint32(at + 16, true);
  }
  return offsets;
}
