import type { ErrorDetails } from "../../../errors.ts";
import type { SkippedMember } from "../carrier.ts";

/** What the directory of a ZIP, or else the header in front of a file, says of the file. */
export interface EntryFacts {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly plainBytes: number;
}

export const STORED = 0;
export const DEFLATED = 8;
const AES_METHOD = 99;
/** Bits 0, 6 and 13: encrypted, strongly encrypted, and with masked headers (APPNOTE.TXT 4.4.4). */
const ENCRYPTED_FLAGS = 0x2041;
/** Bit 3: the header does not know CRC and sizes; they stand behind the data. */
const DESCRIPTOR_FLAG = 0x0008;

/** Methods as APPNOTE.TXT 4.4.5 numbers them. */
const METHOD_NAMES: Readonly<Record<number, string>> = {
  1: "shrink",
  2: "reduce 1",
  3: "reduce 2",
  4: "reduce 3",
  5: "reduce 4",
  6: "implode",
  9: "deflate64",
  10: "PKWARE implode",
  12: "bzip2",
  14: "LZMA",
  16: "CMPSC",
  18: "TERSE",
  19: "LZ77",
  20: "zstd",
  93: "zstd",
  94: "MP3",
  95: "xz",
  96: "JPEG",
  97: "WavPack",
  98: "PPMd",
};

/** Why an entry cannot be read; null when it can. */
export function refusalOf({ flags, method }: EntryFacts, name: string): SkippedMember | null {
  if ((flags & ENCRYPTED_FLAGS) !== 0 || method === AES_METHOD) {
    return { kind: "skip", name, code: "readers/member-encrypted" };
  }
  if (method === STORED || method === DEFLATED) return null;
  const known = METHOD_NAMES[method];
  const details: ErrorDetails = known === undefined ? { method } : { method, methodName: known };
  return { kind: "skip", name, code: "readers/member-method", details };
}

/** A folder has a name that ends in a slash, and nothing in it. */
export function isFolder({ plainBytes, crc }: EntryFacts, name: string): boolean {
  return name.endsWith("/") && plainBytes === 0 && crc === 0;
}

/** True when CRC and sizes stand behind the data. */
export function hasDescriptor({ flags }: EntryFacts): boolean {
  return (flags & DESCRIPTOR_FLAG) !== 0;
}
