import { crc32 } from "../../../bytes/crc32.ts";
import { findExtraField } from "./extra-field.ts";
import { uint32 } from "./little-endian.ts";

const UTF8_FLAG = 0x0800;
const UNICODE_PATH_ID = 0x7075;
const UNICODE_PATH_VERSION = 1;

/** The upper half of code page 437 (APPNOTE.TXT D.1). */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/**
 * The name of an entry as text for people; never a path. UTF-8 where its flag says so, or where an Info-ZIP Unicode
 * path belongs to this very name (APPNOTE.TXT 4.6.9); else UTF-8 if it can be, as some write it without the flag, and
 * otherwise code page 437.
 */
export function entryName(name: Uint8Array, extra: Uint8Array, flags: number): string {
  if ((flags & UTF8_FLAG) !== 0) return new TextDecoder().decode(name);
  const unicode = findExtraField(extra, UNICODE_PATH_ID);
  if (unicode !== null && unicode[0] === UNICODE_PATH_VERSION && uint32(unicode, 1) === crc32(name)) {
    return new TextDecoder().decode(unicode.subarray(5));
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(name);
  } catch {
    return Array.from(name, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : CP437[byte - 0x80])).join("");
  }
}
