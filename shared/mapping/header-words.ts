import { encodeBase64 } from "../bytes/base64.ts";
import { binaryString } from "../bytes/binary-string.ts";
import { decodeEncodedWords } from "../bytes/encoded-words.ts";

/** RFC 5322 2.1.1: characters of a line without its CRLF. */
const MAX_LINE_CHARS = 78;
/** Longest word that is written as it is; the name of a header still fits before it. */
const MAX_WORD_CHARS = 60;
/** `=?UTF-8?B?` and `?=` stand around this much of an encoded word. */
const MAX_ENCODED_CHARS = 48;

const PLAIN_TEXT = /^[!-~]+(?: [!-~]+)*$/;
const ATOMS = /^[\w!#$%&'*+\-/=?^`{|}~]+(?: [\w!#$%&'*+\-/=?^`{|}~]+)*$/;

/**
 * Text as a header may hold it: every run of CR, LF and NUL is one blank, so that no value can begin a header of its
 * own; other controls go; encoded words of RFC 2047 are decoded.
 */
export function headerText(text: string): string {
  const decoded = text.includes("=?") ? decodeEncodedWords(binaryString(new TextEncoder().encode(text))) : text;
  return decoded
    .replace(/[\r\n\0]+/g, " ")
    .replace(/\t/g, " ")
    .replace(/\p{Cc}/gu, "")
    .trim();
}

/** Words of an unstructured header (RFC 5322 3.2.5), encoded where ASCII does not do. */
export function textWords(text: string): readonly string[] {
  const clean = headerText(text);
  if (clean === "") return [];
  const isPlain = PLAIN_TEXT.test(clean) && !clean.includes("=?");
  const words = clean.split(" ");
  return isPlain && words.every((word) => word.length <= MAX_WORD_CHARS) ? words : encodedWords(clean);
}

/** Words of a phrase (RFC 5322 3.2.5): atoms, else a quoted string, else encoded words. */
export function phraseWords(text: string): readonly string[] {
  const clean = headerText(text);
  if (clean === "") return [];
  const hasEncoded = clean.includes("=?");
  const words = clean.split(" ");
  if (!hasEncoded && ATOMS.test(clean) && words.every((word) => word.length <= MAX_WORD_CHARS)) return words;
  const quoted = `"${clean.replace(/["\\]/g, "\\$&")}"`;
  const isQuotable = !hasEncoded && /^[ -~]+$/.test(clean) && quoted.length <= MAX_WORD_CHARS;
  return isQuotable ? [quoted] : encodedWords(clean);
}

/** Encoded words of RFC 2047, in UTF-8, B or Q whichever is shorter; no character is cut in two. */
function encodedWords(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const inQ = encodeQ(bytes).length <= Math.ceil(bytes.length / 3) * 4;
  const words: string[] = [];
  let run: number[] = [];
  let length = 0;
  for (const character of text) {
    const encoded = new TextEncoder().encode(character);
    const added = inQ ? encodeQ(encoded).length : (encoded.length * 4) / 3;
    if (length + added > MAX_ENCODED_CHARS) {
      words.push(encodedWord(run, inQ));
      run = [];
      length = 0;
    }
    run.push(...encoded);
    length += added;
  }
  return [...words, encodedWord(run, inQ)];
}

function encodedWord(bytes: readonly number[], inQ: boolean): string {
  const octets = Uint8Array.from(bytes);
  return inQ ? `=?UTF-8?Q?${encodeQ(octets)}?=` : `=?UTF-8?B?${encodeBase64(octets)}?=`;
}

/** RFC 2047 4.2 and 5 (3): only what a phrase may hold stays as it is. */
function encodeQ(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (byte === 0x20) text += "_";
    else text += /[A-Za-z0-9!*+\-/]/.test(char) ? char : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}

/**
 * One header as physical lines without their CRLF, folded between words at 78 octets (RFC 5322 2.2.3). A single word
 * that is longer stands alone.
 */
export function headerLines(name: string, words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const [i, word] of words.entries()) {
    // The first line never ends behind the colon: readers exist that take such a header for empty.
    if (i > 0 && octetLength(line) + 1 + octetLength(word) > MAX_LINE_CHARS) {
      lines.push(line);
      line = "";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** Asked for each word of a list that may be long, so nothing is made of ASCII. */
const octetLength = (text: string): number =>
  /^[\0-\x7f]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
