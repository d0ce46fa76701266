/** Stable codes of what was noticed, repaired or guessed while an item was read. None of them loses data. */
export const WARNINGS = {
  "payload-unknown": "The payload is of no known kind; it is kept as it is.",
  "item-unread": "A calendar or contact is damaged, too large or malformed; it is kept as it is, unread.",
  "checksum-absent": "A block carries no CRC-32, so its bytes could not be verified.",
  "block-repaired": "A damaged block header was rebuilt; the block's CRC-32 proves its bytes.",
  "foreign-bytes": "Bytes that belong to no block stand before, between or behind streams.",
  "block-unproven": "Foreign bytes hold a block header whose block does not decode; data may be lost there.",
  "bare-lf": "The message has line ends that are not CRLF; they are kept.",
  "charset-guessed": "A part names no charset that fits its bytes; windows-1252 was taken.",
  "vcard21-converted": "A vCard 2.1 was converted to 3.0; the original is kept beside it.",
  "ics-repaired": "Broken calendar or contact lines were repaired.",
  "method-mismatch": "The part's method parameter and its METHOD property differ; the property counts.",
  "dtstamp-synthesised": "DTSTAMP was missing and is derived from the source.",
  "uid-synthesised": "UID was missing and is derived from the source.",
  "fn-synthesised": "FN was missing and is derived from the other properties.",
  "tnef-meeting-not-converted": "A winmail.dat holds a meeting as MAPI properties, which are not converted.",
  "mime-from-xml": "The message came as XML text, so its bytes are rebuilt, not original.",
  "mime-partial": "The message has a hole; what was recovered is kept as .partial.eml.",
} as const satisfies Record<string, string>;

export type WarningCode = keyof typeof WARNINGS;
