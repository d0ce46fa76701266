import type { ByteRange } from "./sync-command.ts";
import { XmlText } from "./xml-text.ts";

const BLANK = /^[\s\0\ufeff]*/;
/** Shorter pieces are joined, so that a source of single bytes does not make as many strings. */
const MIN_PIECE_CHARS = 4_096;

interface Piece {
  readonly start: number;
  text: string;
}

/**
 * The part of a payload's text that is still needed. Positions are characters from the payload's beginning. It is kept
 * in pieces: joined, a large item would be copied with every piece that comes.
 */
export class TextWindow {
  /** Up to where the text has been read. */
  position = 0;
  /** The first character that is still there. */
  start = 0;
  /** Behind the last character. */
  end = 0;
  readonly #decoder = new XmlText();
  #pieces: Piece[] = [];
  /** A place whose byte offset is known. */
  #known = { char: 0, byte: 0 };

  push(bytes: Uint8Array): void {
    this.#append(this.#decoder.push(bytes));
  }

  /** Takes what the decoder still holds. */
  flush(): void {
    this.#append(this.#decoder.flush());
  }

  /** All text so far has been flushed, and so many bytes are missing behind it. */
  gap(missingBytes: number): void {
    this.#known = { char: this.end, byte: this.byteAt(this.end) + missingBytes };
    this.release(this.end);
    this.position = this.end;
  }

  /** What has not been read. */
  rest(): string {
    return this.slice(this.position, this.end);
  }

  slice(start: number, end: number): string {
    let text = "";
    for (const part of this.#parts(start, end)) text += part;
    return text;
  }

  /** Passes blanks, byte order marks and zeros. */
  skipBlank(): void {
    this.position += BLANK.exec(this.rest())?.[0].length ?? 0;
    this.release(this.position);
  }

  /** Where a pattern (with the flag g) matches next, behind the position; null when it does not. */
  find(pattern: RegExp): number | null {
    pattern.lastIndex = 0;
    const match = pattern.exec(this.rest());
    return match === null ? null : this.position + match.index;
  }

  /** Where a tag really begins that was estimated to begin here: a line end may have counted once or twice. */
  startOfTag(estimate: number): number {
    for (const at of [estimate, estimate - 1]) if (this.slice(at, at + 1) === "<") return at;
    return estimate;
  }

  /** Text before this is not needed any more. */
  release(position: number): void {
    const start = Math.min(Math.max(position, this.start), this.end);
    // What is let go can be measured no more.
    this.byteAt(start);
    this.start = start;
    const first = this.#pieces.findIndex((piece) => piece.start + piece.text.length > start);
    this.#pieces = first === -1 ? [] : this.#pieces.slice(first);
  }

  /** The bytes of the payload that a piece of its text stands in. */
  range(start: number, end: number): ByteRange {
    const outputOffset = this.byteAt(start);
    return { outputOffset, outputLength: this.byteAt(end) - outputOffset };
  }

  /** The byte of the payload that a character begins at. */
  byteAt(position: number): number {
    const { char, byte } = this.#known;
    if (position < char) return byte - this.#octetsBetween(position, char);
    // Questions move forwards, so each character is measured about once.
    this.#known = { char: position, byte: byte + this.#octetsBetween(char, position) };
    return this.#known.byte;
  }

  #append(text: string): void {
    if (text === "") return;
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.text.length < MIN_PIECE_CHARS) last.text += text;
    else this.#pieces.push({ start: this.end, text });
    this.end += text.length;
  }

  #octetsBetween(start: number, end: number): number {
    let octets = 0;
    for (const part of this.#parts(start, end)) octets += this.#decoder.octetsOf(part);
    return octets;
  }

  /** What the pieces have of a range, in order. */
  #parts(start: number, end: number): string[] {
    const parts: string[] = [];
    // From the back: most questions are about the last piece.
    for (let index = this.#pieces.length - 1; index >= 0; index -= 1) {
      const piece = this.#pieces[index] as Piece;
      if (piece.start + piece.text.length <= start) break;
      if (piece.start >= end) continue;
      const from = Math.max(start, this.start) - piece.start;
      parts.push(piece.text.slice(Math.max(0, from), Math.max(0, end - piece.start)));
    }
    return parts.reverse();
  }
}
