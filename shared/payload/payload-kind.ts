import { beginsSyncXml } from "./sync-xml-root.ts";

/** What a payload is. `unknown` is kept as it is; `empty` has no bytes at all. */
export type PayloadKind = "message" | "icalendar" | "vcard" | "sync-xml" | "unknown" | "empty";

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;

/** Field names that real messages carry; one alone is not enough unless nothing else would write it. */
const MESSAGE_FIELDS = new Set(
  (
    "bcc cc comments content-transfer-encoding content-type date delivered-to dkim-signature from in-reply-to keywords " +
    "list-id list-unsubscribe message-id mime-version received references reply-to resent-date resent-from return-path " +
    "sender subject thread-index thread-topic to x-mailer x-message-delivery x-message-info x-message-info-pas " +
    "x-message-status x-msmail-priority x-originalarrivaltime x-originating-ip x-priority x-sid-pra"
  ).split(" "),
);

/** Fields that no other kind of text begins a line with, so that one of them is proof. */
const TELLING_FIELDS = new Set(
  "dkim-signature message-id mime-version received return-path x-message-delivery x-message-info-pas x-originalarrivaltime".split(
    " ",
  ),
);

/** Two known fields and at least this share of all fields: prose with a "To:" in it stays below. */
const MIN_KNOWN_FIELDS = 2;
/** RFC 5322 2.2.3 folds at 998; real generators do not use names anywhere near this long. */
const MAX_FIELD_NAME_BYTES = 128;

/**
 * Tells the kind of a payload from its first bytes.
 *
 * A message must consist of well-formed RFC 5322 header lines up to the blank line (or the end of the prefix) and
 * name at least two fields that messages have, or one that only messages have. A calendar or card must begin with
 * its BEGIN line, in any letter case, after an optional byte order mark and blank lines. Sync XML must begin with a
 * root element whose local name is Sync, behind nothing but a declaration, comments and blanks.
 *
 * @param prefix the beginning of the payload, up to `limits.maxSniffBytes`
 * @param whole true when the prefix is all there is up to the end or the first hole
 */
export function payloadKindOf(prefix: Uint8Array, whole: boolean): PayloadKind {
  if (prefix.length === 0) return whole ? "empty" : "unknown";
  const start = skipBlank(prefix);
  if (startsWithText(prefix, start, "begin:vcalendar")) return "icalendar";
  if (startsWithText(prefix, start, "begin:vcard")) return "vcard";
  if (beginsSyncXml(prefix)) return "sync-xml";
  return isMessage(prefix, whole) ? "message" : "unknown";
}

function skipBlank(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (isBlank(bytes[at])) at += 1;
  return at;
}

const isBlank = (byte: number | undefined): boolean => byte === CR || byte === LF || byte === 0x20 || byte === 0x09;

function startsWithText(bytes: Uint8Array, at: number, lowerCase: string): boolean {
  for (let i = 0; i < lowerCase.length; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined || (byte | 0x20) !== (lowerCase.charCodeAt(i) | 0x20)) return false;
  }
  return true;
}

function isMessage(prefix: Uint8Array, whole: boolean): boolean {
  let known = 0;
  let at = 0;
  while (at < prefix.length) {
    const end = prefix.indexOf(LF, at);
    // The last line may be cut by the prefix; what it lacks cannot be judged.
    if (end === -1 && !whole) break;
    const lineEnd = end === -1 ? prefix.length : end;
    const first = prefix[at];
    if (lineEnd === at || (first === CR && lineEnd === at + 1)) return isEnough(known);
    if (first === 0x20 || first === 0x09) {
      if (at === 0) return false;
    } else {
      const name = fieldName(prefix, at, lineEnd);
      if (name === null) return false;
      if (TELLING_FIELDS.has(name)) known += MIN_KNOWN_FIELDS;
      else if (MESSAGE_FIELDS.has(name)) known += 1;
    }
    at = lineEnd + 1;
  }
  return isEnough(known);
}

const isEnough = (known: number): boolean => known >= MIN_KNOWN_FIELDS;

/** The lower-cased name before the colon (RFC 5322 3.6.8, obsolete blanks before the colon allowed), or null. */
function fieldName(bytes: Uint8Array, start: number, end: number): string | null {
  let name = "";
  for (let i = start; i < end && i - start <= MAX_FIELD_NAME_BYTES; i += 1) {
    const byte = bytes[i] as number;
    if (byte === COLON) return name === "" ? null : name.trimEnd().toLowerCase();
    const isObsoleteBlank = byte === 0x20 || byte === 0x09;
    if (!isObsoleteBlank && (name.endsWith(" ") || byte < 0x21 || byte > 0x7e)) return null;
    name += isObsoleteBlank ? " " : String.fromCharCode(byte);
  }
  return null;
}
