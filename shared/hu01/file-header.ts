/** ASCII `HU01`, read as a little-endian u32. */
export const FILE_MAGIC = 0x31305548;
/** The header size in every known file; the first block starts there. */
export const FILE_HEADER_BYTES = 40;
/** Smallest header that holds all fields (FORMAT.md, stream header). */
export const MIN_FILE_HEADER_BYTES = 36;

/** The fields of an HU01 stream header. */
export interface FileHeader {
  /** Header size as stated: where the first block starts. */
  readonly headerBytes: number;
  /** DeltaSync ServerId as GUID text, lower case. */
  readonly itemId: string;
  /** Passport Unique ID of the mailbox owner. A personal identifier: never log it, never put it into a report. */
  readonly puid: bigint;
  /** Sum of the decompressed sizes of all blocks. */
  readonly declaredBytes: number;
}

/** Parses the first 36 bytes of a stream, whatever its magic says. @param bytes at least 36 of them */
export function parseFileHeader(bytes: Uint8Array): FileHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    headerBytes: view.getUint32(4, true),
    itemId: guidText(view, 8),
    puid: view.getBigUint64(24, true),
    declaredBytes: view.getUint32(32, true),
  };
}

/** True when the bytes begin with `HU01` and a header size that can be. */
export function hasFileMagic(bytes: Uint8Array, at: number, maxHeaderBytes: number): boolean {
  if (bytes.length < at + 8 || readU32(bytes, at) !== FILE_MAGIC) return false;
  const headerBytes = readU32(bytes, at + 4);
  return headerBytes >= MIN_FILE_HEADER_BYTES && headerBytes <= maxHeaderBytes;
}

/** Unsigned 32-bit little-endian integer. */
export function readU32(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return (low | ((bytes[at + 3] as number) << 24)) >>> 0;
}

/** A GUID in Microsoft byte order: u32, u16, u16 little-endian, then eight bytes as they stand. */
function guidText(view: DataView, at: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  let tail = "";
  for (let i = 8; i < 16; i++) tail += hex(view.getUint8(at + i), 2);
  const head = `${hex(view.getUint32(at, true), 8)}-${hex(view.getUint16(at + 4, true), 4)}`;
  return `${head}-${hex(view.getUint16(at + 6, true), 4)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
