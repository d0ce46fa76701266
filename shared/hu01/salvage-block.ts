import type { ByteReader } from "../bytes/byte-reader.ts";
import { ArchiveError, type ErrorCode } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Damage } from "./archive-event.ts";
import {
  BLOCK_HEADER_BYTES,
  type BlockHeader,
  hasPossibleSizes,
  maxPayloadBytes,
  NOMINAL_BLOCK_BYTES,
  parseBlockHeader,
} from "./block-header.ts";
import { type DecodedBlock, decodeBlock } from "./decode-block.ts";
import { findBoundary, isBlockEnd, type ScanRules } from "./resync.ts";

/** A block whose header was wrong in places; its CRC-32 proves the bytes. The reader still stands in front of it. */
export interface RepairedBlock {
  readonly kind: "repaired";
  readonly header: BlockHeader;
  readonly decoded: DecodedBlock;
  readonly archiveLength: number;
}

/** A lost stretch of the archive. The reader has passed it. */
export interface LostStretch extends Damage {
  readonly kind: "lost";
}

/**
 * Deals with a place where a block should stand and does not decode. In this order, surest first:
 *
 * 1. One header field is wrong: the others are tried with the CRC-32 as judge. The codec tells by itself where a
 *    coded payload ends, so a wrong compressed size is no loss.
 * 2. The sizes lead to a place where a block can end: exactly this block is lost.
 * 3. Otherwise scan on; what lies between is lost, and how much that was is an estimate unless the stream's
 *    total tells.
 *
 * @param cause why the block did not decode
 */
export async function salvageBlock(
  reader: ByteReader,
  rules: ScanRules,
  cause: ErrorCode,
): Promise<RepairedBlock | LostStretch> {
  const window = await reader.peek(rules.limits.maxBlockHeaderBytes + maxPayloadBytes(rules.limits.maxBlockBytes));
  const header = window.length < BLOCK_HEADER_BYTES ? null : parseBlockHeader(window);
  if (header !== null) {
    const repaired = repairBlock(window, header, rules);
    if (repaired !== null) return repaired;
    if (hasPossibleSizes(header, rules.limits)) {
      const archiveLength = header.headerBytes + header.compressedBytes;
      const completes = header.decompressedBytes === rules.remainingBytes && window.length >= archiveLength;
      if (completes || (await isBlockEnd(reader, archiveLength, rules.limits))) {
        reader.skip(archiveLength);
        return oneBlockLost(header, rules, cause, archiveLength);
      }
    }
  }
  return skipToBoundary(reader, header, rules, cause);
}

function repairBlock(window: Uint8Array, header: BlockHeader, rules: ScanRules): RepairedBlock | null {
  if (header.crc === 0) return null;
  for (const headerBytes of possibleHeaderSizes(header, rules.limits)) {
    const rest = window.subarray(headerBytes);
    for (const decompressedBytes of possibleBlockSizes(header, rules)) {
      for (const payload of possiblePayloads(rest, header, decompressedBytes)) {
        const decoded = tryDecode(payload, decompressedBytes, header.crc);
        if (decoded === null) continue;
        return { kind: "repaired", header, decoded, archiveLength: headerBytes + decoded.consumed };
      }
    }
  }
  return null;
}

function possibleHeaderSizes({ headerBytes }: BlockHeader, limits: Limits): Set<number> {
  const stated = headerBytes >= BLOCK_HEADER_BYTES && headerBytes <= limits.maxBlockHeaderBytes;
  return new Set(stated ? [headerBytes, BLOCK_HEADER_BYTES] : [BLOCK_HEADER_BYTES]);
}

function possibleBlockSizes(header: BlockHeader, { limits, remainingBytes }: ScanRules): Set<number> {
  const sizes = [header.decompressedBytes, NOMINAL_BLOCK_BYTES, header.compressedBytes];
  if (remainingBytes !== null) sizes.push(remainingBytes);
  const possible = (size: number) =>
    size > 0 && size <= limits.maxBlockBytes && (remainingBytes === null || size <= remainingBytes);
  return new Set(sizes.filter(possible));
}

/** The payload as stated; stored in just its size; or coded, ending where its own end symbol stands. */
function possiblePayloads(rest: Uint8Array, header: BlockHeader, decompressedBytes: number): Uint8Array[] {
  const lengths = new Set([header.compressedBytes, decompressedBytes, maxPayloadBytes(decompressedBytes)]);
  const payloads: Uint8Array[] = [];
  for (const length of lengths) {
    if (length <= rest.length) payloads.push(rest.subarray(0, length));
  }
  if (payloads.length < lengths.size) payloads.push(rest);
  return payloads;
}

function tryDecode(payload: Uint8Array, decompressedBytes: number, crc: number): DecodedBlock | null {
  try {
    return decodeBlock(payload, decompressedBytes, crc);
  } catch (error) {
    if (error instanceof ArchiveError) return null;
    throw error;
  }
}

function oneBlockLost(header: BlockHeader, rules: ScanRules, code: ErrorCode, archiveLength: number): LostStretch {
  const stated = header.decompressedBytes;
  const exact = stated === NOMINAL_BLOCK_BYTES || stated === rules.remainingBytes;
  return { kind: "lost", code, archiveLength, missingBytes: atMost(stated, rules.remainingBytes), exact };
}

async function skipToBoundary(
  reader: ByteReader,
  header: BlockHeader | null,
  rules: ScanRules,
  cause: ErrorCode,
): Promise<LostStretch> {
  const boundary = await findBoundary(reader, 1, rules);
  const archiveLength = boundary.skippedBytes;
  const { remainingBytes } = rules;
  if (boundary.kind !== "block") {
    const cutOff = boundary.kind === "end" && header !== null && hasPossibleSizes(header, rules.limits);
    const code = header === null || cutOff ? "hu01/truncated" : cause;
    return { kind: "lost", code, archiveLength, missingBytes: remainingBytes ?? 0, exact: remainingBytes !== null };
  }
  const found = boundary.header?.decompressedBytes ?? 0;
  const room = remainingBytes === null ? null : remainingBytes - found;
  // In Microsoft's streams only the last block is short, so a short one tells how much is missing before it.
  if (room !== null && found < NOMINAL_BLOCK_BYTES && room % NOMINAL_BLOCK_BYTES === 0) {
    return { kind: "lost", code: cause, archiveLength, missingBytes: room, exact: false };
  }
  return {
    kind: "lost",
    code: cause,
    archiveLength,
    missingBytes: atMost(estimate(archiveLength), room),
    exact: false,
  };
}

/** As few full blocks as can have filled the stretch; none if it is too short for any. */
function estimate(archiveLength: number): number {
  if (archiveLength <= BLOCK_HEADER_BYTES) return 0;
  return NOMINAL_BLOCK_BYTES * Math.ceil(archiveLength / (BLOCK_HEADER_BYTES + NOMINAL_BLOCK_BYTES));
}

function atMost(value: number, bound: number | null): number {
  return bound === null ? value : Math.max(0, Math.min(value, bound));
}
