import { ByteReader } from "../bytes/byte-reader.ts";
import type { ByteSource } from "../bytes/byte-source.ts";
import { CodecError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { ArchiveEvent } from "./archive-event.ts";
import { BLOCK_HEADER_BYTES, isBlockHeader } from "./block-header.ts";
import { type BlockDecoder, DecodeAhead } from "./decode-ahead.ts";
import { decodeStream } from "./decode-stream.ts";
import {
  FILE_HEADER_BYTES,
  type FileHeader,
  hasFileMagic,
  MIN_FILE_HEADER_BYTES,
  parseFileHeader,
} from "./file-header.ts";
import { findBoundary } from "./resync.ts";

/** How to decode an archive. */
export interface DecodeOptions {
  readonly limits: Limits;
  /** Look for streams by signature when the archive does not begin with one. */
  readonly carve: boolean;
  /** Other threads that decode large archives ahead. The events are the same with and without. */
  readonly blockDecoder?: BlockDecoder | undefined;
  /** Pass over the streams that are done. */
  readonly resume?: StreamsDone | undefined;
}

/** The first streams of an archive, which are to be passed without decoding them. */
export interface StreamsDone {
  /** Where the next stream is looked for; the offset of no other place than behind a stream. */
  readonly archiveOffset: number;
  readonly streams: number;
  readonly decodedBytes: number;
}

/** Bytes from the front of an archive that `isArchive` wants to see; fewer when there are no more. */
export const ARCHIVE_PREFIX_BYTES = FILE_HEADER_BYTES + BLOCK_HEADER_BYTES;

/** True when these first bytes are HU01's, also when one of the two magics in them is damaged. */
export function isArchive(prefix: Uint8Array, limits: Limits): boolean {
  return (
    (prefix[0] === 0x48 && prefix[1] === 0x55 && prefix[2] === 0x30 && prefix[3] === 0x31) ||
    isBlockHeader(prefix, FILE_HEADER_BYTES, limits) ||
    isBlockHeader(prefix, 0, limits)
  );
}

/**
 * The streaming door of the decoder: every stream of an archive, its blocks, its verified bytes and its gaps, in
 * order. Damage is data here. Memory is bounded by the largest block that the limits allow; with a block decoder, by
 * the batches that it may have under way.
 *
 * Bytes behind a stream that belong to none are reported as foreign and searched for further streams.
 *
 * @throws CodecError hu01/not-an-archive when it neither begins with a stream nor, with carve, holds one;
 *   hu01/output-too-large
 */
export async function* decodeArchive(source: ByteSource, options: DecodeOptions): AsyncGenerator<ArchiveEvent> {
  const reader = new ByteReader(source);
  try {
    const prefix = await reader.peek(ARCHIVE_PREFIX_BYTES);
    if (!options.carve && !isArchive(prefix, options.limits)) throw notAnArchive(prefix.length);
    yield* decodeStreams(reader, options);
  } finally {
    await reader.close();
  }
}

async function* decodeStreams(reader: ByteReader, options: DecodeOptions): AsyncGenerator<ArchiveEvent> {
  const { limits, blockDecoder, resume } = options;
  const ahead = blockDecoder === undefined ? null : new DecodeAhead(blockDecoder, limits);
  let index = resume?.streams ?? 0;
  let producedBefore = resume?.decodedBytes ?? 0;
  await reader.pass(resume?.archiveOffset ?? 0);
  for (;;) {
    const foreignOffset = reader.offset;
    if (!(await standsAtStream(reader, limits, index === 0))) {
      const boundary = await findBoundary(reader, 0, { limits, remainingBytes: null });
      if (boundary.skippedBytes > 0) {
        const { skippedBytes, unproven } = boundary;
        yield { kind: "foreign", archiveOffset: foreignOffset, length: skippedBytes, unproven };
      }
      if (boundary.kind === "end") break;
    }
    const archiveOffset = reader.offset;
    const header = await readFileHeader(reader, limits);
    yield { kind: "stream-start", index, archiveOffset, header };
    const plan = { index, archiveOffset, declaredBytes: header?.declaredBytes ?? null, producedBefore };
    if (header === null) {
      yield {
        kind: "gap",
        code: "hu01/file-header-invalid",
        archiveOffset,
        archiveLength: 0,
        outputOffset: 0,
        missingBytes: 0,
        exact: false,
      };
    }
    ahead?.expect(producedBefore + (header?.declaredBytes ?? 0));
    for await (const event of decodeStream(reader, plan, limits, ahead)) {
      if (event.kind === "stream-end") producedBefore += event.decodedBytes;
      yield event;
    }
    index++;
  }
  if (index === 0) throw notAnArchive(reader.offset);
}

/** True where a stream begins without any search: at its magic or, at the archive's front, at what is left of one. */
async function standsAtStream(reader: ByteReader, limits: Limits, atFront: boolean): Promise<boolean> {
  const head = await reader.peek(ARCHIVE_PREFIX_BYTES);
  if (hasFileMagic(head, 0, limits.maxFileHeaderBytes)) return true;
  return atFront && head.length > 0 && isArchive(head, limits);
}

/**
 * Reads and passes the file header, if one stands here; the reader is left where blocks begin. A size field that
 * leads to no block is believed only while it is a possible size (the first block may be the damaged one).
 */
async function readFileHeader(reader: ByteReader, limits: Limits): Promise<FileHeader | null> {
  const head = await reader.peek(ARCHIVE_PREFIX_BYTES);
  if (isBlockHeader(head, 0, limits)) return null;
  if (head.length < MIN_FILE_HEADER_BYTES) {
    reader.skip(head.length);
    return null;
  }
  const header = parseFileHeader(head);
  if (isBlockHeader(head, FILE_HEADER_BYTES, limits)) {
    reader.skip(FILE_HEADER_BYTES);
    return header;
  }
  const { headerBytes } = header;
  const possible = headerBytes >= MIN_FILE_HEADER_BYTES && headerBytes <= limits.maxFileHeaderBytes;
  const window = await reader.peek(possible ? headerBytes + BLOCK_HEADER_BYTES : 0);
  if (possible && (isBlockHeader(window, headerBytes, limits) || !holdsBlockHeader(window, limits))) {
    reader.skip(Math.min(window.length, headerBytes));
    return header;
  }
  // What stands here is no header any more; blocks are looked for from behind the magic on.
  await findBoundary(reader, 4, { limits, remainingBytes: null });
  return null;
}

function holdsBlockHeader(window: Uint8Array, limits: Limits): boolean {
  for (let at = 4; at + BLOCK_HEADER_BYTES <= window.length; at++) if (isBlockHeader(window, at, limits)) return true;
  return false;
}

function notAnArchive(sizeSeen: number): CodecError {
  const message = `The input does not begin with an HU01 header (${sizeSeen} bytes looked at).`;
  return new CodecError("hu01/not-an-archive", message, { details: { bytesLookedAt: sizeSeen } });
}
