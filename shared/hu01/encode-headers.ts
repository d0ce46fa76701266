import { crc32 } from "../bytes/crc32.ts";
import { CodecError } from "../errors.ts";
import { BLOCK_HEADER_BYTES, BLOCK_MAGIC } from "./block-header.ts";
import { FILE_HEADER_BYTES, FILE_MAGIC } from "./file-header.ts";

const GUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i;

/**
 * A file header of 40 bytes (FORMAT.md, stream header).
 *
 * @param itemId GUID text, with or without braces
 * @param puid mailbox owner, a personal identifier; 0 says nothing about anybody
 * @param totalBytes decompressed size of the whole stream, below 2^32
 * @throws CodecError hu01/item-id-invalid
 */
export function encodeFileHeader(itemId: string, puid: bigint, totalBytes: number): Uint8Array {
  const header = new Uint8Array(FILE_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, FILE_MAGIC, true);
  view.setUint32(4, FILE_HEADER_BYTES, true);
  setGuid(view, 8, itemId);
  view.setBigUint64(24, puid, true);
  view.setUint32(32, totalBytes, true);
  return header;
}

/** Block header and payload in one piece. @param plain the bytes that the payload decodes to */
export function frameBlock(plain: Uint8Array, payload: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_HEADER_BYTES + payload.length);
  const view = new DataView(block.buffer);
  view.setUint32(0, BLOCK_MAGIC, true);
  view.setUint32(4, BLOCK_HEADER_BYTES, true);
  view.setUint32(8, plain.length, true);
  view.setUint32(12, crc32(plain), true);
  view.setUint32(16, payload.length, true);
  block.set(payload, BLOCK_HEADER_BYTES);
  return block;
}

/** Microsoft's byte order: the first three fields little-endian, the last eight bytes as they are written. */
function setGuid(view: DataView, at: number, text: string): void {
  const match = GUID.exec(text.replace(/^\{(.*)\}$/, "$1"));
  if (match === null) {
    throw new CodecError("hu01/item-id-invalid", "The item id is not a GUID of 8-4-4-4-12 hexadecimal digits.");
  }
  const [, first = "", second = "", third = "", fourth = "", fifth = ""] = match;
  view.setUint32(at, Number.parseInt(first, 16), true);
  view.setUint16(at + 4, Number.parseInt(second, 16), true);
  view.setUint16(at + 6, Number.parseInt(third, 16), true);
  view.setBigUint64(at + 8, BigInt(`0x${fourth}${fifth}`), false);
}
