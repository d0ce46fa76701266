import type { ByteRange } from "./sync-command.ts";
import { XmlText } from "./xml-text.ts";

const BLANK = /[\s\0\ufeff]*/y;

/** The part of a payload's text that is still needed. Positions are characters from the payload's beginning. */
export class TextWindow {
  /** Up to where the text has been read. */
  position = 0;
  /** The first character that is still there. */
  start = 0;
  readonly #decoder = new XmlText();
  #text = "";
  /** A place whose byte offset is known. */
  #known = { char: 0, byte: 0 };

  get end(): number {
    return this.start + this.#text.length;
  }

  push(bytes: Uint8Array): void {
    this.#text += this.#decoder.push(bytes);
  }

  /** Takes what the decoder still holds. */
  flush(): void {
    this.#text += this.#decoder.flush();
  }

  /** All text so far has been flushed, and so many bytes are missing behind it. */
  gap(missingBytes: number): void {
    this.#known = { char: this.end, byte: this.byteAt(this.end) + missingBytes };
    this.release(this.end);
    this.position = this.end;
  }

  /** What has not been read. */
  rest(): string {
    return this.#text.slice(this.position - this.start);
  }

  slice(start: number, end: number): string {
    return this.#text.slice(Math.max(0, start - this.start), end - this.start);
  }

  /** Passes blanks, byte order marks and zeros. */
  skipBlank(): void {
    BLANK.lastIndex = this.position - this.start;
    BLANK.test(this.#text);
    this.position = this.start + BLANK.lastIndex;
    this.release(this.position);
  }

  /** Where a pattern (with the flag g) matches next, behind the position; null when it does not. */
  find(pattern: RegExp): number | null {
    pattern.lastIndex = this.position - this.start;
    const match = pattern.exec(this.#text);
    return match === null ? null : this.start + match.index;
  }

  /** Where a tag really begins that was estimated to begin here: a line end may have counted once or twice. */
  startOfTag(estimate: number): number {
    for (const at of [estimate, estimate - 1]) if (this.#text[at - this.start] === "<") return at;
    return estimate;
  }

  /** Text before this is not needed any more. */
  release(position: number): void {
    const start = Math.min(Math.max(position, this.start), this.end);
    if (start === this.start) return;
    // What is let go can be measured no more.
    this.byteAt(start);
    this.#text = this.#text.slice(start - this.start);
    this.start = start;
  }

  /** The bytes of the payload that a piece of its text stands in. */
  range(start: number, end: number): ByteRange {
    const outputOffset = this.byteAt(start);
    return { outputOffset, outputLength: this.byteAt(end) - outputOffset };
  }

  /** The byte of the payload that a character begins at. */
  byteAt(position: number): number {
    const { char, byte } = this.#known;
    if (position < char) return byte - this.#decoder.octetsOf(this.slice(position, char));
    // Questions move forwards, so each character is measured about once.
    this.#known = { char: position, byte: byte + this.#decoder.octetsOf(this.slice(char, position)) };
    return this.#known.byte;
  }
}
