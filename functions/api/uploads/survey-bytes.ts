import { ByteReader } from "../../../shared/bytes/byte-reader.ts";
import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import { peekSource } from "../../../shared/bytes/peek-source.ts";
import { type ErrorCode, hasCode } from "../../../shared/errors.ts";
import { BLOCK_HEADER_BYTES, isBlockHeader, parseBlockHeader } from "../../../shared/hu01/block-header.ts";
import { ARCHIVE_PREFIX_BYTES, decodeArchive, isArchive } from "../../../shared/hu01/decode-archive.ts";
import { hasFileMagic, MIN_FILE_HEADER_BYTES, parseFileHeader } from "../../../shared/hu01/file-header.ts";
import { DEFAULT_LIMITS as limits } from "../../../shared/limits.ts";
import { carrierKindOf } from "../../../shared/payload/carrier-kind.ts";
import { payloadKindOf } from "../../../shared/payload/payload-kind.ts";

/** What a look through a file tells, without decoding more of it than its first block. */
export interface Survey {
  readonly kind: string;
  readonly holds: string | null;
  readonly size: number;
  readonly streams: number | null;
  readonly blocks: number | null;
  readonly decompressedBytes: number | null;
  readonly isWhole: boolean | null;
  readonly problem: ErrorCode | null;
}

/** One look of a prefix at a first block has room for it. */
const MAX_FIRST_BLOCK_BYTES = 2 * limits.maxBlockBytes;

/**
 * Reads a file to its end and counts its HU01 streams and blocks by their headers, or tells what else it is. Holds a
 * few hundred KiB of it at a time.
 *
 * @param carve whether the conversion would search for streams that do not begin the file
 * @throws whatever the source throws
 */
export async function surveyBytes(source: ByteSource, carve: boolean): Promise<Survey> {
  const { prefix, source: bytes } = await peekSource(source, MAX_FIRST_BLOCK_BYTES);
  const head = prefix.subarray(0, limits.maxSniffBytes);
  if (isArchive(prefix.subarray(0, ARCHIVE_PREFIX_BYTES), limits)) {
    const counted = await countBlocks(bytes);
    return { kind: "hu01", holds: await firstPayload(prefix), ...counted, problem: null };
  }
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  const kind = carrierKindOf(head) ?? payloadKindOf(head, size <= head.length);
  const isUnknown = kind === "unknown" && !carve;
  const unseen = { holds: null, streams: null, blocks: null, decompressedBytes: null, isWhole: null };
  return { kind, size, ...unseen, problem: isUnknown ? "payload/unrecognised" : null };
}

async function countBlocks(source: ByteSource) {
  const reader = new ByteReader(source);
  const counted = { streams: 0, blocks: 0, decompressedBytes: 0 };
  for (;;) {
    const next = await reader.peek(Math.max(BLOCK_HEADER_BYTES, MIN_FILE_HEADER_BYTES));
    if (isBlockHeader(next, 0, limits)) {
      const { headerBytes, compressedBytes, decompressedBytes } = parseBlockHeader(next);
      counted.blocks += 1;
      counted.decompressedBytes += decompressedBytes;
      await reader.pass(headerBytes + compressedBytes);
    } else if (next.length >= MIN_FILE_HEADER_BYTES && hasFileMagic(next, 0, limits.maxFileHeaderBytes)) {
      counted.streams += 1;
      await reader.pass(parseFileHeader(next).headerBytes);
    } else break;
  }
  const knownBytes = reader.offset;
  await reader.pass(Number.MAX_SAFE_INTEGER);
  const size = reader.offset;
  const ratio = knownBytes === 0 ? 1 : counted.decompressedBytes / knownBytes;
  const beyond = Math.round((size - knownBytes) * ratio);
  return { ...counted, decompressedBytes: counted.decompressedBytes + beyond, size, isWhole: size === knownBytes };
}

/** The kind of what the first block holds; null when that is damaged. */
async function firstPayload(prefix: Uint8Array): Promise<string | null> {
  try {
    for await (const event of decodeArchive([prefix], { limits, carve: false })) {
      if (event.kind !== "bytes") continue;
      const head = event.bytes.subarray(0, limits.maxSniffBytes);
      return carrierKindOf(head) ?? payloadKindOf(head, false);
    }
    return null;
  } catch (error) {
    if (hasCode(error, "hu01/nothing-recovered")) return null;
    throw error;
  }
}
