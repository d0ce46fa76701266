import type { ByteReader } from "../bytes/byte-reader.ts";
import { ArchiveError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { BLOCK_HEADER_BYTES, type BlockHeader, isBlockHeader, parseBlockHeader } from "./block-header.ts";
import { decodeBlock } from "./decode-block.ts";
import { hasFileMagic } from "./file-header.ts";

const SCAN_BYTES = 64 * 1024;
/** Verifying candidates may cost this much, so that an archive full of forged headers is passed in linear time. */
const FREE_WORK_BYTES = 4 * 1024 * 1024;
const WORK_PER_SCANNED_BYTE = 64;

/** The next place where decoding can go on: a verified block, a stream's header, or the end of the archive. */
export interface Boundary {
  readonly kind: "block" | "stream" | "end";
  /** Bytes passed over; the reader now stands at the boundary. */
  readonly skippedBytes: number;
  /** The block's header, for a block. */
  readonly header: BlockHeader | null;
  /** Block headers passed over because their blocks did not prove themselves. */
  readonly unproven: number;
}

/** What a scan may accept. */
export interface ScanRules {
  readonly limits: Limits;
  /** Most bytes a block may add to the stream; null when unknown. */
  readonly remainingBytes: number | null;
}

/**
 * Scans for the next place where decoding can go on and moves the reader there.
 *
 * `SCBH` can stand anywhere, also inside stored data, so a candidate must prove itself twice: its CRC-32 must
 * fit, and what follows it must be a place where a block can end.
 *
 * @param from bytes to leave out at the front (the magic that was already looked at)
 */
export async function findBoundary(reader: ByteReader, from: number, rules: ScanRules): Promise<Boundary> {
  const start = reader.offset;
  let work = 0;
  let unproven = 0;
  let at = from;
  for (;;) {
    const window = await reader.peek(at + SCAN_BYTES);
    const hit = indexOfMagic(window, at);
    if (hit < 0 && window.length < at + SCAN_BYTES) {
      reader.skip(window.length);
      return { kind: "end", skippedBytes: reader.offset - start, header: null, unproven };
    }
    // The last three bytes of the window may begin a magic that the next window ends.
    const next = hit < 0 ? window.length - 3 : hit;
    reader.skip(next);
    at = 0;
    if (hit < 0) continue;
    const skippedBytes = reader.offset - start;
    if (await isStream(reader, rules.limits)) return { kind: "stream", skippedBytes, header: null, unproven };
    if (work <= FREE_WORK_BYTES + WORK_PER_SCANNED_BYTE * skippedBytes) {
      const candidate = await verifyBlock(reader, rules);
      if (candidate.header !== null) return { kind: "block", skippedBytes, header: candidate.header, unproven };
      work += candidate.workBytes;
    }
    if (isBlockHeader(await reader.peek(BLOCK_HEADER_BYTES), 0, rules.limits)) unproven++;
    at = 1;
  }
}

/** True when a place where a block ends is what it should be: another block, another stream, or the end. */
export async function isBlockEnd(reader: ByteReader, at: number, limits: Limits): Promise<boolean> {
  const window = await reader.peek(at + BLOCK_HEADER_BYTES);
  if (window.length < at) return false;
  // Too little is left for a block: trailing bytes, as one real file has.
  if (window.length < at + BLOCK_HEADER_BYTES) return true;
  return isBlockHeader(window, at, limits) || hasFileMagic(window, at, limits.maxFileHeaderBytes);
}

/** True when the reader stands at `HU01` with a block where its header ends. */
async function isStream(reader: ByteReader, limits: Limits): Promise<boolean> {
  const head = await reader.peek(8);
  if (!hasFileMagic(head, 0, limits.maxFileHeaderBytes)) return false;
  const headerBytes = (head[4] as number) | ((head[5] as number) << 8) | ((head[6] as number) << 16);
  return isBlockHeader(await reader.peek(headerBytes + BLOCK_HEADER_BYTES), headerBytes, limits);
}

async function verifyBlock(
  reader: ByteReader,
  { limits, remainingBytes }: ScanRules,
): Promise<{ header: BlockHeader | null; workBytes: number }> {
  const head = await reader.peek(BLOCK_HEADER_BYTES);
  if (!isBlockHeader(head, 0, limits)) return { header: null, workBytes: 0 };
  const header = parseBlockHeader(head);
  const { headerBytes, compressedBytes, decompressedBytes, crc } = header;
  if (crc === 0 || (remainingBytes !== null && decompressedBytes > remainingBytes)) {
    return { header: null, workBytes: 0 };
  }
  const length = headerBytes + compressedBytes;
  const block = await reader.peek(length);
  if (block.length < length) return { header: null, workBytes: 0 };
  const proved = decodes(block.subarray(headerBytes), header) && (await isBlockEnd(reader, length, limits));
  return { header: proved ? header : null, workBytes: length + decompressedBytes };
}

function decodes(payload: Uint8Array, header: BlockHeader): boolean {
  try {
    decodeBlock(payload, header.decompressedBytes, header.crc);
    return true;
  } catch (error) {
    if (error instanceof ArchiveError) return false;
    throw error;
  }
}

/** Index of the next `SCBH` or `HU01` at or behind `from`, or -1. */
function indexOfMagic(bytes: Uint8Array, from: number): number {
  const last = bytes.length - 4;
  for (let i = from; i <= last; ) {
    // The magics differ in every byte but share a shape: the fourth byte is `H` or `1`.
    const fourth = bytes[i + 3] as number;
    if (fourth === 0x48 && bytes[i] === 0x53 && bytes[i + 1] === 0x43 && bytes[i + 2] === 0x42) return i;
    if (fourth === 0x31 && bytes[i] === 0x48 && bytes[i + 1] === 0x55 && bytes[i + 2] === 0x30) return i;
    i++;
  }
  return -1;
}
