import type { Limits } from "../limits.ts";
import { readU32 } from "./file-header.ts";

/** ASCII `SCBH`, read as a little-endian u32. */
export const BLOCK_MAGIC = 0x48424353;
/** The block header size in every known file. */
export const BLOCK_HEADER_BYTES = 20;
/** What every block but the last of a stream holds in Microsoft's files. */
export const NOMINAL_BLOCK_BYTES = 65_536;
/** Packed code lengths of the 512 symbols in front of a coded block's data. */
export const CODE_LENGTHS_BYTES = 256;
/** A coded payload: code lengths and the two words that the bit reader starts with. */
export const MIN_CODED_BYTES = CODE_LENGTHS_BYTES + 4;

/** The fields of an SCBH block header, as they stand. */
export interface BlockHeader {
  readonly magic: number;
  readonly headerBytes: number;
  readonly decompressedBytes: number;
  /** CRC-32 of the decompressed bytes; 0 may mean that none was computed. */
  readonly crc: number;
  /** Bytes behind the header, code lengths included. */
  readonly compressedBytes: number;
}

/** Parses the 20 bytes at `at`. */
export function parseBlockHeader(bytes: Uint8Array, at = 0): BlockHeader {
  return {
    magic: readU32(bytes, at),
    headerBytes: readU32(bytes, at + 4),
    decompressedBytes: readU32(bytes, at + 8),
    crc: readU32(bytes, at + 12),
    compressedBytes: readU32(bytes, at + 16),
  };
}

/** The most a payload may take: 15 bits for each byte, code lengths, and words not yet filled. */
export function maxPayloadBytes(decompressedBytes: number): number {
  return 2 * decompressedBytes + CODE_LENGTHS_BYTES + 16;
}

/** True when the sizes are ones that a block can have. Checked before anything is allocated for it. */
export function hasPossibleSizes(header: BlockHeader, limits: Limits): boolean {
  const { headerBytes, decompressedBytes, compressedBytes } = header;
  if (headerBytes < BLOCK_HEADER_BYTES || headerBytes > limits.maxBlockHeaderBytes) return false;
  if (decompressedBytes === 0 || decompressedBytes > limits.maxBlockBytes) return false;
  if (compressedBytes === decompressedBytes) return true;
  return compressedBytes >= MIN_CODED_BYTES && compressedBytes <= maxPayloadBytes(decompressedBytes);
}

/** True when a block header with its magic and possible sizes stands at `at`. */
export function isBlockHeader(bytes: Uint8Array, at: number, limits: Limits): boolean {
  if (bytes.length < at + BLOCK_HEADER_BYTES || readU32(bytes, at) !== BLOCK_MAGIC) return false;
  return hasPossibleSizes(parseBlockHeader(bytes, at), limits);
}
