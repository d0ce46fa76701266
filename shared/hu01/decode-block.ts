import { crc32 } from "../bytes/crc32.ts";
import { CodecError, type ErrorCode } from "../errors.ts";
import { MIN_CODED_BYTES } from "./block-header.ts";
import { decodePayload, INVALID, type PayloadDecoder, TABLE_INVALID } from "./decode-payload.ts";
import { createDecoderKernel } from "./decoder-kernel.ts";

/** One decoded block. */
export interface DecodedBlock {
  /** `target`, or newly allocated; belongs to the caller. */
  readonly bytes: Uint8Array;
  /** True when the payload was the bytes themselves. */
  readonly stored: boolean;
  /** False when the header carries no CRC-32 (0), so nothing proves the bytes. */
  readonly verified: boolean;
  /** Payload bytes that were needed. */
  readonly consumed: number;
}

let decode: PayloadDecoder | undefined;

/**
 * Decodes one block, synchronously. Whether it is stored or coded is not written anywhere: when both sizes are
 * equal it is stored if the CRC-32 of the payload says so, otherwise it is tried as coded.
 *
 * @param payload the bytes behind the block header
 * @param decompressedBytes size to produce; the caller has checked it against the limit
 * @param crc the header's CRC-32 of the decompressed bytes; 0 = none
 * @param target where the bytes go, for whoever has room for `decompressedBytes` already. Undefined after a failure
 * @throws CodecError hu01/block-table-invalid, hu01/block-data-invalid, hu01/block-checksum-mismatch
 */
export function decodeBlock(
  payload: Uint8Array,
  decompressedBytes: number,
  crc: number,
  target?: Uint8Array,
): DecodedBlock {
  if (payload.length === decompressedBytes && (crc === 0 || crc32(payload) === crc)) {
    target?.set(payload);
    return { bytes: target ?? payload.slice(), stored: true, verified: crc !== 0, consumed: payload.length };
  }
  if (payload.length < MIN_CODED_BYTES) fail("hu01/block-data-invalid", payload, decompressedBytes);
  decode ??= createDecoderKernel(decodePayload) ?? decodePayload;
  const decoded = decode(payload, decompressedBytes, target);
  if (decoded === TABLE_INVALID) fail("hu01/block-table-invalid", payload, decompressedBytes);
  // Without a checksum the only proof left is that the data ends exactly where the payload does.
  if (decoded === INVALID || (crc === 0 && decoded.consumed !== payload.length)) {
    fail("hu01/block-data-invalid", payload, decompressedBytes);
  }
  if (crc !== 0 && crc32(decoded.bytes) !== crc) fail("hu01/block-checksum-mismatch", payload, decompressedBytes);
  return { ...decoded, stored: false, verified: crc !== 0 };
}

function fail(code: ErrorCode, payload: Uint8Array, decompressedBytes: number): never {
  const details = { compressedBytes: payload.length, decompressedBytes };
  throw new CodecError(code, undefined, { details });
}
