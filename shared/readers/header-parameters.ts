import { binaryBytes } from "../bytes/binary-string.ts";
import { decodeText } from "../bytes/decode-text.ts";
import { decodeEncodedWords } from "../bytes/encoded-words.ts";

/** A structured header body such as Content-Type: a value and its parameters as they stand (binary strings). */
export interface ParameterizedHeader {
  /** Lower-case, without comments. */
  readonly value: string;
  readonly parameters: readonly RawParameter[];
}

interface RawParameter {
  /** Lower-case, with the `*0*` of RFC 2231. */
  readonly name: string;
  /** Unquoted, not decoded. */
  readonly value: string;
}

/** One part of a value that RFC 2231 spreads over several parameters. */
interface Segment {
  readonly index: number;
  readonly isEncoded: boolean;
  readonly value: string;
}

/** Parses `value; name=token; name="quoted"` (RFC 2045 5.1), leniently: unquoted blanks are taken, comments dropped. */
export function parseParameterizedHeader(body: string): ParameterizedHeader {
  const [value = "", ...rest] = splitOutsideQuotes(body);
  const parameters: RawParameter[] = [];
  for (const piece of rest) {
    const equals = piece.indexOf("=");
    if (equals < 1) continue;
    const name = stripComment(piece.slice(0, equals)).toLowerCase();
    parameters.push({ name, value: unquote(stripComment(piece.slice(equals + 1))) });
  }
  return { value: stripComment(value).toLowerCase(), parameters };
}

/** Splits at semicolons that stand in no quoted string. */
function splitOutsideQuotes(body: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < body.length; i += 1) {
    const char = body[i];
    if (char === "\\" && quoted) i += 1;
    else if (char === '"') quoted = !quoted;
    else if (char === ";" && !quoted) {
      pieces.push(body.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(body.slice(start));
  return pieces;
}

/** Takes a comment off the end. One in the middle is left: `name=a (1).ics` is a file name, however illegal. */
function stripComment(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('"')) return trimmed.slice(0, endOfQuoted(trimmed));
  const open = trimmed.endsWith(")") ? trimmed.lastIndexOf("(") : -1;
  return open === -1 ? trimmed : trimmed.slice(0, open).trim();
}

/** Index behind the closing quote; the whole length when there is none. */
function endOfQuoted(text: string): number {
  for (let i = 1; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const end = text.length > 1 && text.endsWith('"') ? -1 : undefined;
  return text.slice(1, end).replace(/\\(.)/gs, "$1");
}

/** The value of a parameter as it stands: for boundaries, which are compared byte by byte. */
export function rawParameter(header: ParameterizedHeader, name: string): string | null {
  return header.parameters.find((parameter) => parameter.name === name)?.value ?? null;
}

/**
 * The decoded value of a parameter: RFC 2231 continuations and charsets, else the RFC 2047 words that many mailers
 * put into parameters against the rules.
 */
export function parameter(header: ParameterizedHeader, name: string): string | null {
  const segments = findSegments(header, name);
  if (segments.length > 0) return joinSegments(segments);
  const plain = rawParameter(header, name);
  return plain === null ? null : decodeEncodedWords(plain);
}

function findSegments(header: ParameterizedHeader, name: string): readonly Segment[] {
  const segments: Segment[] = [];
  for (const candidate of header.parameters) {
    if (!candidate.name.startsWith(`${name}*`)) continue;
    const match = /^(\d{0,5})(\*?)$/.exec(candidate.name.slice(name.length + 1));
    if (match === null) continue;
    const [, digits = "", star = ""] = match;
    segments.push({ index: Number(digits), isEncoded: digits === "" || star === "*", value: candidate.value });
  }
  return segments.sort((a, b) => a.index - b.index);
}

function joinSegments(segments: readonly Segment[]): string {
  let charset: string | null = null;
  let joined = "";
  for (const [i, segment] of segments.entries()) {
    let value = segment.value;
    const prefix = i === 0 && segment.isEncoded ? /^([^']*)'[^']*'/.exec(value) : null;
    if (prefix !== null) {
      charset = prefix[1] || null;
      value = value.slice(prefix[0].length);
    }
    joined += segment.isEncoded ? percentDecode(value) : value;
  }
  return decodeText(binaryBytes(joined), charset).text;
}

function percentDecode(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
