import { binaryString } from "../bytes/binary-string.ts";
import { findDumpTitle } from "./base64-log.ts";
import { isHttpStartLine } from "./http-start-line.ts";
import { isMboxSeparator, startsWithFrom } from "./mbox-separator.ts";
import { payloadKindOf } from "./payload-kind.ts";
import { beginsXml } from "./sync-xml-root.ts";
import { parseTarHeader } from "./tar-header.ts";
import { beginsZip, findZipLocalHeader } from "./zip-header.ts";

/** What carries HU01 streams or DeltaSync payloads in a wrapping of its own. */
export type CarrierKind = "fetch-response" | "base64-log" | "mbox" | "gzip" | "http" | "har" | "tar" | "zip";

/** Header lines that may stand before the first delimiter of a saved response. */
const MAX_HEAD_CHARS = 16_384;

/** Each kind and how its first bytes look; the first that fits counts. */
const LOOKS: readonly (readonly [CarrierKind, (prefix: Uint8Array) => boolean])[] = [
  ["fetch-response", isFetchResponse],
  ["http", isHttp],
  ["har", isHar],
  ["mbox", isMbox],
  ["gzip", isGzip],
  ["zip", beginsZip],
  ["tar", isTar],
  ["base64-log", isBase64Log],
  ["zip", isZipBehindProgram],
];

/** Tells the kind of a carrier from its first bytes, up to `limits.maxSniffBytes` of them; null when it is none. */
export function carrierKindOf(prefix: Uint8Array): CarrierKind | null {
  return LOOKS.find(([, looksLike]) => looksLike(prefix))?.[0] ?? null;
}

/**
 * An answer to ItemOperations (hu01/FORMAT.md, Carriers): header lines that name MTOM, then a delimiter line; or the XML alone.
 * Fields that only mail has tell it from a message.
 */
function isFetchResponse(prefix: Uint8Array): boolean {
  if (beginsXml(prefix, "ItemOperations")) return true;
  const text = binaryString(prefix.subarray(0, MAX_HEAD_CHARS));
  const delimiter = /^--[^\r\n]+\r?\n/m.exec(text);
  if (delimiter === null) return false;
  const head = text.slice(0, delimiter.index);
  if (!head.split(/\r?\n/).every(isHeadLine) || /^(?:from|subject|received|message-id)[ \t]*:/im.test(head))
    return false;
  const partHead = text.slice(delimiter.index).split(/\r?\n\r?\n/, 1)[0] ?? "";
  return /multipart\/related/i.test(head)
    ? /application\/xop\+xml/i.test(head)
    : head.trim() === "" && isXopPart(partHead);
}

const isXopPart = (head: string): boolean => /^content-type[ \t]*:[ \t]*application\/xop\+xml/im.test(head);

const isHeadLine = (line: string): boolean => /^(?:HTTP\/\d|[!-9;-~]+[ \t]*:|[ \t]|$)/.test(line);

/** A log that names a dump in its beginning. A message that quotes such a log is a message. */
function isBase64Log(prefix: Uint8Array): boolean {
  return findDumpTitle(binaryString(prefix)) !== null && payloadKindOf(prefix, true) === "unknown";
}

/** A `From_` line of any form, with a message behind it; one with a date needs no message that can be told. */
function isMbox(prefix: Uint8Array): boolean {
  if (!startsWithFrom(prefix, 0)) return false;
  const next = prefix.indexOf(0x0a) + 1;
  return next > 0 && (isMboxSeparator(prefix, 0) || payloadKindOf(prefix.subarray(next), false) === "message");
}

/** RFC 1952 2.3.1: the magic and deflate, the only method there is. */
function isGzip(prefix: Uint8Array): boolean {
  return prefix[0] === 0x1f && prefix[1] === 0x8b && prefix[2] === 8;
}

function isHttp(prefix: Uint8Array): boolean {
  const text = binaryString(prefix.subarray(0, MAX_HEAD_CHARS));
  return isHttpStartLine(text.slice(0, text.indexOf("\n") + 1));
}

/** JSON that begins with the one field a HAR has. */
function isHar(prefix: Uint8Array): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*\{\s*"log"\s*:\s*\{/.test(binaryString(prefix.subarray(0, 1024)));
}

/** The checksum of a header record is proof enough, also of a tar from before ustar. */
function isTar(prefix: Uint8Array): boolean {
  return parseTarHeader(prefix) !== null;
}

/** A self-extracting ZIP, or one that something else was put in front of. */
function isZipBehindProgram(prefix: Uint8Array): boolean {
  return findZipLocalHeader(prefix) >= 0 && payloadKindOf(prefix, true) === "unknown";
}
