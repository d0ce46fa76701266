import { phraseWords } from "./header-words.ts";
import { parseMailAddress, unquotePhrase } from "./mail-address.ts";
import { SYNTHETIC_DOMAIN } from "./stable-id.ts";

/** Stands where a message must name a sender and the source names none. */
export const UNKNOWN_ADDRESS = `unknown@${SYNTHETIC_DOMAIN}`;

/** One entry of a list of addresses. */
interface Mailbox {
  readonly name: string;
  readonly address: string | null;
}

/**
 * Words of an address list (RFC 5322 3.4). Names without an address become groups without members, which is the only
 * way to say a name alone.
 */
export function addressListWords(text: string): readonly string[] {
  return joinedWords(listWords(text, groupWords));
}

/** `addressListWords` for headers that take no groups: a name alone gets an address that is nobody's. */
export function senderWords(text: string): readonly string[] {
  return joinedWords(listWords(text, unknownWords));
}

function mailboxWords(mailbox: Mailbox, nameOnly: (name: readonly string[]) => readonly string[]): readonly string[] {
  const name = phraseWords(mailbox.name);
  if (mailbox.address === null) return name.length === 0 ? [] : nameOnly(name);
  return name.length === 0 ? [mailbox.address] : [...name, `<${mailbox.address}>`];
}

const groupWords = (name: readonly string[]): readonly string[] => withSuffix(name, ":;");
const unknownWords = (name: readonly string[]): readonly string[] => [...name, `<${UNKNOWN_ADDRESS}>`];

/** Puts commas between the entries of a list. */
export function joinedWords(entries: Iterable<readonly string[]>): readonly string[] {
  const joined: string[] = [];
  for (const words of entries) {
    if (words.length > 0 && joined.length > 0) joined.push(...withSuffix([joined.pop() as string], ","));
    for (const word of words) joined.push(word);
  }
  return joined;
}

/** Nothing may touch an encoded word (RFC 2047 5 (3)). */
function withSuffix(words: readonly string[], suffix: string): readonly string[] {
  const last = words.at(-1) ?? "";
  return last.endsWith("?=") ? [...words, suffix] : [...words.slice(0, -1), `${last}${suffix}`];
}

/**
 * Words of each entry of a list, read leniently: semicolons separate too, addresses may be bare, in angle brackets or
 * missing. One entry at a time: lists of 100 000 exist.
 */
function* listWords(
  text: string,
  nameOnly: (name: readonly string[]) => readonly string[],
): Generator<readonly string[]> {
  for (const entry of splitList(text.replace(/[\r\n\0]+/g, " "))) {
    const trimmed = entry.trim();
    if (trimmed !== "") yield mailboxWords(parseMailbox(trimmed), nameOnly);
  }
}

function parseMailbox(entry: string): Mailbox {
  const found = parseMailAddress(entry);
  if (found !== null) return { name: found.name ?? "", address: found.address };
  // RFC 822: the name as a comment behind the address.
  const commented = /^([^\s()]+)\s*\(([^()]*)\)$/.exec(entry);
  const bare = commented === null ? null : parseMailAddress(commented[1] ?? "");
  if (bare !== null) return { name: (commented?.[2] ?? "").trim(), address: bare.address };
  const colon = entry.indexOf(":");
  const member = colon > 0 ? parseMailAddress(entry.slice(colon + 1)) : null;
  if (member !== null) return { name: member.name ?? "", address: member.address };
  return { name: unquotePhrase(entry.replace(/:$/, "")).replace(/[<>]/g, " "), address: null };
}

/** Splits at commas and semicolons outside quotes, angle brackets and comments. */
function* splitList(text: string): Generator<string> {
  let start = 0;
  let quoted = false;
  let depth = 0;
  let angle = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === "\\" && quoted) i += 1;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === "(") depth += 1;
    else if (char === ")") depth = Math.max(0, depth - 1);
    else if (char === "<") angle = true;
    else if (char === ">") angle = false;
    else if ((char === "," || char === ";") && !angle && depth === 0) {
      yield text.slice(start, i);
      start = i + 1;
    }
  }
  // A quote or bracket that is never closed would swallow everybody behind it.
  const rest = text.slice(start);
  if (quoted || angle || depth > 0) yield* rest.split(/[,;]/);
  else yield rest;
}
