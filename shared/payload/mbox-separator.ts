import { binaryString } from "../bytes/binary-string.ts";

/** RFC 4155: address, asctime date and perhaps a zone; real ones differ in everything but time and year. */
const SEPARATOR = /^From .*\d{1,2}:\d{2}.*\d{4}/;
const MAX_SEPARATOR_BYTES = 1024;
const LF = 0x0a;

/** True when a `From_` line of an mbox stands at that place: `From `, a time and a year. */
export function isMboxSeparator(bytes: Uint8Array, at: number): boolean {
  if (!startsWithFrom(bytes, at)) return false;
  const end = bytes.indexOf(LF, at);
  const lineEnd = Math.min(end < 0 ? bytes.length : end, at + MAX_SEPARATOR_BYTES);
  return SEPARATOR.test(binaryString(bytes.subarray(at, lineEnd)));
}

/** True when `From ` stands at that place. */
export function startsWithFrom(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x46 &&
    bytes[at + 1] === 0x72 &&
    bytes[at + 2] === 0x6f &&
    bytes[at + 3] === 0x6d &&
    bytes[at + 4] === 0x20
  );
}
