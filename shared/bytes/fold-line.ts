import { concatBytes } from "./byte-source.ts";

/** RFC 5545 3.1: octets of a physical line without its CRLF; the blank of a continuation counts. */
const MAX_LINE_OCTETS = 75;

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const BACKSLASH = 0x5c;

/**
 * Folds a content line into physical lines of at most 75 octets, each with its CRLF. Never folds inside a character,
 * and not between a backslash and what it escapes: readers exist that unescape before they unfold.
 *
 * @param line without line ends
 */
export function foldLine(line: string): Uint8Array {
  const octets = new TextEncoder().encode(line);
  const out = new Uint8Array(octets.length + 3 * (Math.ceil(octets.length / (MAX_LINE_OCTETS - 5)) + 1));
  let length = 0;
  let start = 0;
  for (;;) {
    const room = start === 0 ? MAX_LINE_OCTETS : MAX_LINE_OCTETS - 1;
    const end = octets.length - start <= room ? octets.length : foldPoint(octets, start, start + room);
    out.set(octets.subarray(start, end), length);
    length += end - start;
    out[length++] = CR;
    out[length++] = LF;
    if (end === octets.length) return out.subarray(0, length);
    out[length++] = SPACE;
    start = end;
  }
}

/** The last place up to `latest` at which the octets may be cut. */
function foldPoint(octets: Uint8Array, start: number, latest: number): number {
  let at = latest;
  while (((octets[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  let backslashes = 0;
  while (at - 1 - backslashes >= start && octets[at - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1 && at - 1 > start ? at - 1 : at;
}

/** Lines that are whole as they are, most of them: encoded many at a time. */
const SHORT_LINE = /^[\0-\x7f]{0,75}$/;
/** Bytes of one chunk of many lines, about. */
const CHUNK_BYTES = 16_384;

/** The physical lines of many content lines, in chunks of some kilobytes. */
export function* foldLines(lines: readonly string[]): Generator<Uint8Array> {
  let chunks: Uint8Array[] = [];
  let short = "";
  let size = 0;
  for (const line of lines) {
    if (SHORT_LINE.test(line)) {
      short += `${line}\r\n`;
    } else {
      const folded = foldLine(line);
      chunks.push(new TextEncoder().encode(short), folded);
      size += short.length + folded.length;
      short = "";
    }
    if (size + short.length < CHUNK_BYTES) continue;
    yield concatBytes([...chunks, new TextEncoder().encode(short)]);
    chunks = [];
    short = "";
    size = 0;
  }
  yield concatBytes([...chunks, new TextEncoder().encode(short)]);
}
