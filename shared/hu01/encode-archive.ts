import { ByteReader } from "../bytes/byte-reader.ts";
import { type ByteSource, concatBytes } from "../bytes/byte-source.ts";
import { CodecError } from "../errors.ts";
import { NOMINAL_BLOCK_BYTES } from "./block-header.ts";
import { encodeBlock } from "./encode-block.ts";
import { encodeFileHeader, frameBlock } from "./encode-headers.ts";
import type { Level } from "./level.ts";

/** Larger stored blocks are legal, but one family of readers takes none. */
const MAX_STORED_BYTES = 2047;
const MAX_TOTAL_BYTES = 0xffff_ffff;

/**
 * What to encode. The total stands in the header, in front of everything, so it has to be known first: from an
 * array of chunks, from `size`, or by opening the source twice and counting the first time.
 */
export type EncodeSource = ByteSource | (() => ByteSource);

export interface EncodeOptions {
  /** The item's ServerId as GUID text, with or without braces. */
  readonly itemId: string;
  readonly level?: Level;
  /** The mailbox owner's Passport Unique ID. A personal identifier: left 0 unless given. */
  readonly puid?: bigint;
  /** Bytes that the source will give. Checked; saves the first reading. */
  readonly size?: number;
}

/**
 * Encodes a source as one HU01 stream: the file header first, then one chunk per 65 536 bytes of input, each a
 * whole number of SCBH blocks. The same input and options give the same bytes on every machine. Memory does not
 * depend on the size of the source.
 *
 * @throws CodecError hu01/item-id-invalid, hu01/size-unknown and hu01/input-too-large before the first chunk;
 *   hu01/size-mismatch when the source turns out to have another size than announced, possibly after chunks
 *   have been given out
 */
export async function* encodeArchive(source: EncodeSource, options: EncodeOptions): AsyncGenerator<Uint8Array> {
  const totalBytes = await findSize(source, options.size);
  yield encodeFileHeader(options.itemId, options.puid ?? 0n, totalBytes);
  const reader = new ByteReader(open(source));
  try {
    yield* encodeBlocks(reader, totalBytes, options.level ?? "default");
  } finally {
    await reader.close();
  }
}

async function* encodeBlocks(reader: ByteReader, totalBytes: number, level: Level): AsyncGenerator<Uint8Array> {
  for (;;) {
    const plain = await reader.peek(NOMINAL_BLOCK_BYTES);
    const readBytes = reader.offset + plain.length;
    const isLast = plain.length < NOMINAL_BLOCK_BYTES;
    if (readBytes > totalBytes || (isLast && readBytes < totalBytes)) throw sizeMismatch(totalBytes, readBytes);
    if (plain.length > 0) yield encodeFramed(plain, level);
    if (isLast) return;
    reader.skip(plain.length);
  }
}

/** One coded block, or stored ones where coding does not pay. */
function encodeFramed(plain: Uint8Array, level: Level): Uint8Array {
  const payload = encodeBlock(plain, level);
  return payload === plain ? storeInPieces(plain) : frameBlock(plain, payload);
}

function storeInPieces(plain: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < plain.length; at += MAX_STORED_BYTES) {
    const piece = plain.subarray(at, at + MAX_STORED_BYTES);
    pieces.push(frameBlock(piece, piece));
  }
  return concatBytes(pieces);
}

async function findSize(source: EncodeSource, size: number | undefined): Promise<number> {
  const totalBytes = size ?? (await countBytes(source));
  if (totalBytes > MAX_TOTAL_BYTES) {
    throw new CodecError(
      "hu01/input-too-large",
      `The input has ${totalBytes} bytes; an HU01 archive holds at most ${MAX_TOTAL_BYTES}.`,
      { details: { totalBytes, maxTotalBytes: MAX_TOTAL_BYTES } },
    );
  }
  return totalBytes;
}

async function countBytes(source: EncodeSource): Promise<number> {
  if (typeof source !== "function" && !Array.isArray(source)) throw new CodecError("hu01/size-unknown");
  let count = 0;
  for await (const chunk of open(source)) count += chunk.length;
  return count;
}

function open(source: EncodeSource): ByteSource {
  return typeof source === "function" ? source() : source;
}

function sizeMismatch(totalBytes: number, readBytes: number): CodecError {
  const relation = readBytes > totalBytes ? "at least" : "only";
  return new CodecError(
    "hu01/size-mismatch",
    `The header announces ${totalBytes} bytes, but the input has ${relation} ${readBytes}.`,
    { details: { totalBytes, readBytes } },
  );
}
