import { crc32 as zlibCrc32 } from "node:zlib";

/**
 * CRC-32/ISO-HDLC (the CRC of zip and zlib) as an unsigned number.
 * The platform's own runs at 4 GB/s, eight times what JavaScript reaches: the one Node.js import in shared/.
 *
 * @param before the CRC of the bytes before these, to go on from
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  return zlibCrc32(bytes, before);
}
