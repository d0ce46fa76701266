import { binaryBytes } from "./binary-string.ts";

/** Text and how sure its charset is. */
export interface DecodedText {
  readonly text: string;
  /** True when no stated charset fits the bytes and windows-1252 (or UTF-8) was taken instead. */
  readonly guessed: boolean;
}

/** A charset that is known to fit, by a label that `TextDecoder` takes. */
export interface ResolvedCharset {
  readonly label: string;
  readonly guessed: boolean;
}

/** Bytes whose line ends, blanks and letters A–Z are those of ASCII, with the charset that is stated for them. */
export interface AsciiCompatible {
  readonly bytes: Uint8Array;
  readonly charset: string | null;
}

const UTF8 = "utf-8";
const FALLBACK = "windows-1252";

/**
 * Takes off a byte order mark, which outranks any stated charset, and turns UTF-16 into UTF-8, so that what remains
 * can be split into lines before it is decoded.
 */
export function toAsciiCompatible(bytes: Uint8Array, declared: string | null): AsciiCompatible {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { bytes: bytes.subarray(3), charset: UTF8 };
  const wide = wideCharset(bytes, declared);
  if (wide === null) return { bytes, charset: declared };
  return { bytes: new TextEncoder().encode(new TextDecoder(wide).decode(bytes)), charset: UTF8 };
}

function wideCharset(bytes: Uint8Array, declared: string | null): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const label = declared?.trim().toLowerCase() ?? "";
  if (!label.startsWith("utf-16")) return null;
  // RFC 2781 4.3 wants big endian when there is no mark; the zero of the first letter tells what was really done.
  if (bytes[0] === 0) return "utf-16be";
  return bytes[1] === 0 ? "utf-16le" : null;
}

/**
 * Finds the charset of a part (MAPPING.md 13.2): the stated one when the bytes are valid in it, else UTF-8, which is
 * the default of text/calendar (RFC 5545 8.1) and of vCard, else windows-1252, in which every byte means something.
 */
export function resolveCharset(bytes: Uint8Array, declared: string | null): ResolvedCharset {
  const label = declared?.trim().toLowerCase() ?? "";
  const isUnicode = label === "" || label === "utf8" || label === UTF8 || label.endsWith("ascii");
  if (!isUnicode && isValidIn(label, bytes)) return { label, guessed: false };
  if (isValidIn(UTF8, bytes)) return { label: UTF8, guessed: !isUnicode && bytes.some((byte) => byte > 0x7f) };
  return { label: FALLBACK, guessed: true };
}

function isValidIn(label: string, bytes: Uint8Array): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Decodes bytes by the rules of `resolveCharset`. A byte order mark stays in the text. */
export function decodeText(bytes: Uint8Array, declared: string | null): DecodedText {
  const { label, guessed } = resolveCharset(bytes, declared);
  return { text: new TextDecoder(label, { ignoreBOM: true }).decode(bytes), guessed };
}

/** `decodeText` for a binary string; pure ASCII is returned as it is. */
export function decodeBinaryText(text: string, declared: string | null): DecodedText {
  return isAscii(text) && !isStateful(declared) ? { text, guessed: false } : decodeText(binaryBytes(text), declared);
}

/** ISO-2022 charsets write everything with bytes below 0x80. */
const isStateful = (declared: string | null): boolean => /^\s*iso-2022/i.test(declared ?? "");

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
