import { decodeStrictBase64, encodeBase64 } from "../bytes/base64.ts";
import { addressListWords, joinedWords, senderWords, UNKNOWN_ADDRESS } from "./address-header.ts";
import { headerLines, phraseWords, textWords } from "./header-words.ts";
import { itemHash, SYNTHETIC_DOMAIN } from "./stable-id.ts";
import type { MapContext, SyncElement } from "./sync-element.ts";
import { fieldNumber, fieldText, groupTexts } from "./sync-fields.ts";

/** Makes the words of one header; none when the message has no such header. */
type HeaderRow = readonly [name: string, words: (data: SyncElement, context: MapContext) => readonly string[]];

/** RFC 2156 5.3.4. */
const SENSITIVITY = ["", "Personal", "Private", "Company-Confidential"] as const;
/** By EMAIL:Importance; what is normal is not said. */
const IMPORTANCE = ["low", "", "high"] as const;
const X_PRIORITY = ["5", "", "1"] as const;
/** A header's name and this much of base64 fit on one line. */
const MAX_BASE64_CHARS = 60;

/** The headers between Date and X-HU01-Synthesized, in order (MAPPING.md 12.2). */
const ROWS: readonly HeaderRow[] = [
  ["From", (data) => orElse(senderWords(fieldText(data, "From") ?? ""), [UNKNOWN_ADDRESS])],
  ["Sender", (data) => senderWords(fieldText(data, "Sender") ?? "")],
  ["Reply-To", (data) => addressListWords(fieldText(data, "ReplyTo", "Reply-To") ?? "")],
  ["To", (data) => addressListWords(fieldText(data, "To") ?? "")],
  ["Cc", (data) => addressListWords(fieldText(data, "Cc", "CC") ?? "")],
  ["Bcc", (data) => addressListWords(fieldText(data, "Bcc") ?? "")],
  ["Subject", (data) => textWords(fieldText(data, "Subject") ?? "")],
  ["Message-ID", (data, context) => [messageId(data, context)]],
  ["Thread-Topic", (data) => textWords(fieldText(data, "ConversationTopic", "ThreadTopic") ?? "")],
  ["Thread-Index", (data) => threadIndexWords(data)],
  ["Importance", (data) => wordFor(data, "Importance", IMPORTANCE)],
  ["X-Priority", (data) => wordFor(data, "Importance", X_PRIORITY)],
  ["Sensitivity", (data) => wordFor(data, "Sensitivity", SENSITIVITY)],
  ["Keywords", (data) => joinedWords(groupTexts(data, "Categories", "Category").map(phraseWords))],
  ["X-Uniform-Type-Identifier", (data) => (isNote(data) ? ["com.apple.mail-note"] : [])],
  ["X-HU01-Synthesized", () => ["1"]],
];

/** MessageClass of notes (MS-ASNOTE 2.2.2.5). */
export const STICKY_NOTE = "IPM.StickyNote";

/** By this header mail programs of Apple know a note. */
function isNote(data: SyncElement): boolean {
  return fieldText(data, "MessageClass")?.trim().startsWith(STICKY_NOTE) === true;
}

/** Header lines of a message, without those of its content. @param dateMillis since 1970 UTC */
export function messageHead(data: SyncElement, context: MapContext, dateMillis: number): readonly string[] {
  return [
    ...headerLines("Date", [dateTime(dateMillis)]),
    ...ROWS.flatMap(([name, words]) => {
      const found = words(data, context);
      return found.length === 0 ? [] : headerLines(name, found);
    }),
  ];
}

/** RFC 5322 3.3, in UTC. */
function dateTime(millis: number): string {
  return new Date(millis).toUTCString().replace("GMT", "+0000");
}

function messageId(data: SyncElement, context: MapContext): string {
  const own = /^<?([!-;=?-~]+@[!-;=?-~]+?)>?$/.exec(fieldText(data, "InternetMessageId")?.trim() ?? "")?.[1];
  return `<${own ?? `${itemHash(context)}@${SYNTHETIC_DOMAIN}`}>`;
}

/** Base64 of the conversation's index; anything else is no index, and raw bytes of one would spoil the head. */
function threadIndexWords(data: SyncElement): readonly string[] {
  const index = decodeStrictBase64(fieldText(data, "ConversationIndex") ?? "");
  return index === null ? [] : (encodeBase64(index).match(new RegExp(`.{1,${MAX_BASE64_CHARS}}`, "g")) ?? []);
}

function wordFor(data: SyncElement, element: string, words: readonly string[]): readonly string[] {
  const word = words[fieldNumber(data, element) ?? -1] ?? "";
  return word === "" ? [] : [word];
}

const orElse = (words: readonly string[], otherwise: readonly string[]): readonly string[] =>
  words.length === 0 ? otherwise : words;
