import { encodeBase64 } from "../../bytes/base64.ts";
import type { MailState, SyncFacts } from "../../items/sync-facts.ts";
import { encodeModifiedUtf7 } from "./modified-utf7.ts";

/** X-Mozilla-Status bits. */
const READ = 0x0001;
const REPLIED = 0x0002;
const MARKED = 0x0004;
const FORWARDED = 0x1000;

/** Octets of one encoded word's text: 75 characters with all that stands around it (RFC 2047 2). */
const WORD_OCTETS = 45;
/** More would make a line that RFC 5322 forbids; the manifest has them all. */
const MAX_VALUE_CHARS = 900;

/**
 * Header fields by which mail programs tell what they know of a message: Status and X-Status (mutt, Python),
 * X-Mozilla-* (Thunderbird), X-Keywords (Dovecot), X-Gmail-Labels (importers of labels). Nothing for what is no mail.
 *
 * @param lineEnd that of the message
 */
export function mboxHeaderLines({ folder, mail }: SyncFacts, lineEnd: string): string {
  if (mail === null) return "";
  const status = mozillaStatus(mail).toString(16).padStart(4, "0");
  const keywords = keywordsOf(mail);
  const fields = {
    "X-Mozilla-Status": status,
    "X-Mozilla-Status2": "00000000",
    "X-Mozilla-Keys": keywords,
    Status: mail.seen ? "RO" : "O",
    "X-Status": `${mail.answered ? "A" : ""}${mail.flagged ? "F" : ""}${mail.draft ? "T" : ""}`,
    "X-Keywords": keywords,
    "X-Gmail-Labels": encodeText(labelsOf(folder, mail), lineEnd),
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}${lineEnd}`)
    .join("");
}

function mozillaStatus({ seen, answered, flagged, forwarded }: MailState): number {
  return (seen ? READ : 0) | (answered ? REPLIED : 0) | (flagged ? MARKED : 0) | (forwarded ? FORWARDED : 0);
}

/** IMAP keywords, which hold neither spaces nor anything but US-ASCII. */
function keywordsOf({ forwarded, junk, categories }: MailState): string {
  const system = [...(forwarded ? ["$Forwarded"] : []), ...(junk ? ["$Junk"] : [])];
  const own = categories.map((category) =>
    encodeModifiedUtf7(oneLine(category).replaceAll(" ", "_")).replace(/[(){%*"\\\]]/g, "_"),
  );
  return cut([...system, ...own.filter((keyword) => keyword !== "")], " ");
}

function labelsOf(folder: string | null, { seen, flagged, categories }: MailState): string {
  const state = [seen ? "Opened" : "Unread", ...(flagged ? ["Starred"] : [])];
  const labels = [...(folder === null ? [] : [folder.replaceAll("%2F", "/")]), ...categories, ...state];
  return cut(
    labels
      .map((label) => oneLine(label).replaceAll('"', "'"))
      .map((label) => (label.includes(",") ? `"${label}"` : label)),
    ",",
  );
}

/** Values joined, as many as fit. */
function cut(values: readonly string[], separator: string): string {
  let joined = "";
  for (const value of values) {
    if (joined.length + value.length + 1 > MAX_VALUE_CHARS) break;
    joined += joined === "" ? value : separator + value;
  }
  return joined;
}

/** No control may begin a line of its own. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}

/** As it is when it is US-ASCII, else in encoded words (RFC 2047). */
function encodeText(text: string, lineEnd: string): string {
  if (/^[ -~]*$/.test(text) && !text.includes("=?")) return text;
  const words: string[] = [];
  let octets: number[] = [];
  for (const char of text) {
    const more = new TextEncoder().encode(char);
    if (octets.length + more.length > WORD_OCTETS) {
      words.push(encodedWord(octets));
      octets = [];
    }
    octets.push(...more);
  }
  words.push(encodedWord(octets));
  return words.join(`${lineEnd} `);
}

const encodedWord = (octets: readonly number[]): string => `=?UTF-8?B?${encodeBase64(Uint8Array.from(octets))}?=`;
