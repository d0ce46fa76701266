/** Bytes of a local file header without its name and extra field (APPNOTE.TXT 4.3.7). */
export const ZIP_LOCAL_HEADER_BYTES = 30;

/** What the header in front of a file in a ZIP says (APPNOTE.TXT 4.3.7, 4.4). */
export interface ZipLocalHeader {
  /** False when its first four bytes are not those of a local file header. */
  readonly hasSignature: boolean;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly plainBytes: number;
  readonly nameBytes: number;
  readonly extraBytes: number;
}

const LOCAL_SIGNATURE = 0x04034b50;
const END_SIGNATURE = 0x06054b50;
/** Markers in front of the first header of a ZIP that is, or was meant to be, split (APPNOTE.TXT 8.5.3, 8.5.4). */
const SPLIT_SIGNATURES: readonly number[] = [0x08074b50, 0x30304b50];
/** The newest version of the format is 6.3, and no method has a number above. */
const MAX_VERSION = 63;
const MAX_METHOD = 99;
const MAX_NAME_BYTES = 4096;
const P = 0x50;

/** Parses a local file header; null when there are fewer bytes than it has. */
export function parseZipLocalHeader(bytes: Uint8Array, at = 0): ZipLocalHeader | null {
  if (bytes.length - at < ZIP_LOCAL_HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, ZIP_LOCAL_HEADER_BYTES);
  return {
    hasSignature: view.getUint32(0, true) === LOCAL_SIGNATURE,
    flags: view.getUint16(6, true),
    method: view.getUint16(8, true),
    crc: view.getUint32(14, true),
    compressedBytes: view.getUint32(18, true),
    plainBytes: view.getUint32(22, true),
    nameBytes: view.getUint16(26, true),
    extraBytes: view.getUint16(28, true),
  };
}

/** Where the first local file header of possible content stands whole; -1 for none. */
export function findZipLocalHeader(bytes: Uint8Array, from = 0): number {
  for (let at = bytes.indexOf(P, from); at >= 0; at = bytes.indexOf(P, at + 1)) {
    if (isPossible(bytes, at)) return at;
  }
  return -1;
}

function isPossible(bytes: Uint8Array, at: number): boolean {
  const header = bytes[at + 1] === 0x4b ? parseZipLocalHeader(bytes, at) : null;
  if (header === null || !header.hasSignature) return false;
  const { method, nameBytes } = header;
  return (
    (bytes[at + 4] as number) <= MAX_VERSION && method <= MAX_METHOD && nameBytes > 0 && nameBytes <= MAX_NAME_BYTES
  );
}

/** True for bytes that a ZIP begins with: its first header, the end of an empty one, or the marker of a split one. */
export function beginsZip(prefix: Uint8Array): boolean {
  if (prefix.length < 4) return false;
  const signature = new DataView(prefix.buffer, prefix.byteOffset, 4).getUint32(0, true);
  if (SPLIT_SIGNATURES.includes(signature)) return findZipLocalHeader(prefix.subarray(0, 64), 4) === 4;
  return signature === END_SIGNATURE || signature === LOCAL_SIGNATURE;
}
