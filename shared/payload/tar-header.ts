import { binaryBytes, binaryString } from "../bytes/binary-string.ts";

/** A tar file is a run of records of this size (POSIX.1-1988 ustar). */
export const TAR_RECORD_BYTES = 512;

/** What a header record says of the entry behind it. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** `0` file, `5` folder, `x` and `g` pax fields, `L` a long name, and others without content. */
  readonly type: string;
}

const CHECKSUM_OFFSET = 148;
const CHECKSUM_BYTES = 8;
const BLANK = 0x20;

/** Parses a header record; null when its checksum is not that of its bytes. */
export function parseTarHeader(record: Uint8Array): TarHeader | null {
  if (record.length < TAR_RECORD_BYTES) return null;
  const stated = octal(record, CHECKSUM_OFFSET, CHECKSUM_BYTES);
  let sum = 0;
  for (let at = 0; at < TAR_RECORD_BYTES; at++) {
    const isChecksum = at >= CHECKSUM_OFFSET && at < CHECKSUM_OFFSET + CHECKSUM_BYTES;
    sum += isChecksum ? BLANK : (record[at] as number);
  }
  const size = sizeOf(record);
  if (sum !== stated || size === null) return null;
  const isUstar = binaryString(record.subarray(257, 262)) === "ustar";
  const prefix = isUstar ? textOf(record, 345, 155) : "";
  const name = textOf(record, 0, 100);
  const type = String.fromCharCode(record[156] as number).replace("\0", "0");
  return { name: prefix === "" ? name : `${prefix}/${name}`, size, type };
}

/** Octal digits, or a binary number where they do not suffice (GNU). */
function sizeOf(record: Uint8Array): number | null {
  if (((record[124] as number) & 0x80) === 0) return octal(record, 124, 12);
  let size = (record[124] as number) & 0x7f;
  for (let at = 125; at < 136; at++) size = size * 256 + (record[at] as number);
  return Number.isSafeInteger(size) ? size : null;
}

function octal(record: Uint8Array, at: number, length: number): number | null {
  const digits = /^ *([0-7]*)[ \0]*$/.exec(binaryString(record.subarray(at, at + length)))?.[1];
  return digits === undefined ? null : Number.parseInt(`0${digits}`, 8);
}

function textOf(record: Uint8Array, at: number, length: number): string {
  return tarText(record.subarray(at, at + length));
}

/** Text up to its NUL, as UTF-8. */
export function tarText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(binaryBytes(binaryString(end < 0 ? bytes : bytes.subarray(0, end))));
}
