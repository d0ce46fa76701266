import { decodeEncodedWords } from "../bytes/encoded-words.ts";
import { parseDateHeader } from "./date-header.ts";
import { firstField, parseHeaderFields } from "./header-fields.ts";

/** What the header of a message says that its file is named after. */
export interface MessageHead {
  readonly subject: string | null;
  readonly dateMillis: number | null;
}

const LF = 0x0a;
const CR = 0x0d;
/** A longer subject is cut: it is for reading, the message itself keeps it whole. */
const MAX_SUBJECT_OCTETS = 8192;

/** Parses the header at the beginning of a message. @param beginning bytes without a hole, as far as they are at hand */
export function parseMessageHead(beginning: Uint8Array): MessageHead {
  const fields = parseHeaderFields(beginning.subarray(0, headerLength(beginning)));
  const subject = firstField(fields, "subject");
  const date = firstField(fields, "date");
  return {
    subject: subject === null ? null : decodeEncodedWords(subject.slice(0, MAX_SUBJECT_OCTETS)),
    dateMillis: date === null ? null : parseDateHeader(date),
  };
}

/** Bytes up to the blank line; without one, up to the last whole line. */
function headerLength(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF)) return at;
    const end = bytes.indexOf(LF, at);
    if (end === -1) return at;
    at = end + 1;
  }
  return bytes.length;
}
