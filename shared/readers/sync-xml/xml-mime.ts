import { binaryBytes } from "../../bytes/binary-string.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import { child, childrenNamed, fieldFlag, fieldText } from "../../mapping/sync-fields.ts";
import { textPieces } from "./long-text.ts";

/** A message that came as XML text. */
export interface XmlMime {
  readonly chunks: readonly Uint8Array[];
  /** True when the server had cut it off. */
  readonly isTruncated: boolean;
}

const MIME_BODY_TYPE = "4";
const LINE_END = /\r\n|\n/g;
const NOT_ASCII = /[^\0-\x7f]/;
const NOT_LATIN1 = /[^\0-\xff]/;
const IS_8BIT = /^content-transfer-encoding[ \t]*:[ \t]*"?(?:8bit|binary)\b/im;
const IS_UTF8 = /\bcharset[ \t]*=[ \t]*["']?utf-?8\b/i;

/** The whole message that an Email item carries (MAPPING.md 12.1), or null when it carries none. */
export function mimeOf(data: SyncElement): XmlMime | null {
  const body = childrenNamed(data, "Body").find((candidate) => fieldText(candidate, "Type")?.trim() === MIME_BODY_TYPE);
  const inBody = body === undefined ? null : piecesNamed(body, "Data");
  if (body !== undefined && inBody !== null)
    return { chunks: encodeMime(inBody), isTruncated: fieldFlag(body, "Truncated") };
  const pieces = piecesNamed(data, "MIMEData", "Message");
  return pieces === null ? null : { chunks: encodeMime(pieces), isTruncated: fieldFlag(data, "MIMETruncated") };
}

/** The text of the first child that bears one of the names and is not blank. */
function piecesNamed(element: SyncElement, ...names: readonly string[]): readonly string[] | null {
  for (const candidate of element.children) {
    const pieces = names.includes(candidate.name) ? textPieces(candidate) : [];
    if (pieces.some((piece) => piece.trim() !== "")) return pieces;
  }
  return null;
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
function encodeMime(pieces: readonly string[]): readonly Uint8Array[] {
  const isBinary = is8Bit(pieces);
  let isBehindCr = false;
  return pieces.map((piece) => {
    const lines = piece.replace(LINE_END, (end, at: number) => (end === "\n" && at === 0 && isBehindCr ? end : "\r\n"));
    isBehindCr = piece === "" ? isBehindCr : piece.endsWith("\r");
    return isBinary ? binaryBytes(lines) : new TextEncoder().encode(lines);
  });
}

function is8Bit(pieces: readonly string[]): boolean {
  if (!pieces.some((piece) => NOT_ASCII.test(piece)) || pieces.some((piece) => NOT_LATIN1.test(piece))) return false;
  const text = pieces.join("");
  return IS_8BIT.test(text) && !IS_UTF8.test(text);
}
