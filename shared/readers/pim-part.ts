import type { MimeEntity } from "./mime-entity.ts";

/** What a MIME part is taken for, before its content has been seen. */
export interface PimGuess {
  readonly kind: "calendar" | "contact" | "tnef";
  /** False when only the file name (or a bare text/directory) hints at it, so that the content must prove it. */
  readonly declared: boolean;
}

const CALENDAR_TYPES = new Set(["text/calendar", "application/ics", "text/x-vcalendar"]);
const CONTACT_TYPES = new Set(["text/vcard", "text/x-vcard"]);
const TNEF_TYPES = new Set(["application/ms-tnef", "application/vnd.ms-tnef"]);
const CALENDAR_NAME = /\.(?:ics|ical|ifb|vcs)\s*$/i;
const CONTACT_NAME = /\.(?:vcf|vcard)\s*$/i;
const TNEF_NAME = /^\s*winmail\.dat\s*$/i;

/** Bytes of a part in which its BEGIN line must stand. */
export const SNIFF_BYTES = 1024;

/** Selects the parts that may be calendars, contacts or TNEF (MAPPING.md 13.1), by type first, then by file name. */
export function guessPim(entity: Pick<MimeEntity, "mediaType" | "profile" | "fileName">): PimGuess | null {
  const { mediaType } = entity;
  if (CALENDAR_TYPES.has(mediaType)) return { kind: "calendar", declared: true };
  if (CONTACT_TYPES.has(mediaType)) return { kind: "contact", declared: true };
  if (TNEF_TYPES.has(mediaType)) return { kind: "tnef", declared: true };
  // RFC 2425 5.6: a directory may hold anything; only its profile says that it is a card.
  if (mediaType === "text/directory")
    return { kind: "contact", declared: /^vcard$/i.test(entity.profile?.trim() ?? "") };
  return guessByName(entity.fileName);
}

/** `guessPim` for something of which only the file name is known. */
export function guessByName(fileName: string | null): PimGuess | null {
  const name = fileName ?? "";
  if (CALENDAR_NAME.test(name)) return { kind: "calendar", declared: false };
  if (CONTACT_NAME.test(name)) return { kind: "contact", declared: false };
  return TNEF_NAME.test(name) ? { kind: "tnef", declared: false } : null;
}

/** True when the beginning of a part shows what it was guessed to be. */
export function looksLike(kind: PimGuess["kind"], bytes: Uint8Array): boolean {
  if (kind === "tnef") return bytes[0] === 0x78 && bytes[1] === 0x9f && bytes[2] === 0x3e && bytes[3] === 0x22;
  // UTF-16 shows its letters with a zero between them.
  const head = [...bytes.subarray(0, SNIFF_BYTES)].filter((byte) => byte !== 0);
  return String.fromCharCode(...head)
    .toUpperCase()
    .includes(kind === "calendar" ? "BEGIN:VCALENDAR" : "BEGIN:VCARD");
}
