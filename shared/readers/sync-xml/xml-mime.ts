import { binaryBytes } from "../../bytes/binary-string.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import { child, childrenNamed, fieldFlag, fieldText } from "../../mapping/sync-fields.ts";

/** A message that came as XML text. */
export interface XmlMime {
  readonly bytes: Uint8Array;
  /** True when the server had cut it off. */
  readonly isTruncated: boolean;
}

const MIME_BODY_TYPE = "4";
const NOT_ASCII = /[^\0-\x7f]/;
const NOT_LATIN1 = /[^\0-\xff]/;
const IS_8BIT = /^content-transfer-encoding[ \t]*:[ \t]*"?(?:8bit|binary)\b/im;
const IS_UTF8 = /\bcharset[ \t]*=[ \t]*["']?utf-?8\b/i;

/** The whole message that an Email item carries (mapping.md 5.1), or null when it carries none. */
export function mimeOf(data: SyncElement): XmlMime | null {
  const body = childrenNamed(data, "Body").find((candidate) => fieldText(candidate, "Type")?.trim() === MIME_BODY_TYPE);
  const inBody = body === undefined ? null : fieldText(body, "Data");
  if (body !== undefined && inBody !== null)
    return { bytes: encodeMime(inBody), isTruncated: fieldFlag(body, "Truncated") };
  const text = fieldText(data, "MIMEData", "Message");
  return text === null ? null : { bytes: encodeMime(text), isTruncated: fieldFlag(data, "MIMETruncated") };
}

/** The size that the server announces for the message, or null. */
export function announcedSize(data: SyncElement): number | null {
  const text = child(data, "Size")?.text.trim() ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/**
 * The bytes of a message that was carried as XML text: XML parsers make every line end LF, and whoever wrote it had to
 * take its 8-bit bytes for characters.
 */
function encodeMime(text: string): Uint8Array {
  const lines = text.replace(/\r\n|\n/g, "\r\n");
  if (!NOT_ASCII.test(lines) || NOT_LATIN1.test(lines) || !IS_8BIT.test(lines) || IS_UTF8.test(lines)) {
    return new TextEncoder().encode(lines);
  }
  return binaryBytes(lines);
}
