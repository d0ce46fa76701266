import { beginsKnownProperty, mayBeginProperty } from "./property-names.ts";

/** Unfolded content lines of an iCalendar or vCard text. */
export interface ContentLines {
  /** Without line ends. Still in the charset and encoding of the text. */
  readonly lines: readonly string[];
  /** True when more than proper unfolding (RFC 5545 3.1) was needed. */
  readonly repaired: boolean;
}

/** A physical line this long was folded by its writer; a shorter one ended where its value had a line break. */
const MIN_FOLDED_OCTETS = 73;

const QUOTED_PRINTABLE = /^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i;
const BASE64_PROPERTY = /^[^:]*;(?:ENCODING=)?(?:BASE64|B)[;:]/i;
const BASE64_TEXT = /^[A-Za-z0-9+/=]+$/;

/**
 * Joins physical lines to content lines. Beyond RFC 5545 3.1 / RFC 2425 5.8.1 it takes bare LF and CR, CR CR LF, blank
 * lines in between, quoted-printable soft breaks of vCard 2.1, base64 without leading blanks, and text whose
 * continuation lines lost their blank (MAPPING.md 13.3).
 *
 * @param text a binary string, so that lengths are octets and a fold inside a character is undone
 */
export function joinContentLines(text: string): ContentLines {
  const { lines, isOdd } = splitPhysicalLines(text);
  const joiner = new LineJoiner(lines);
  return { lines: joiner.join(), repaired: isOdd || joiner.repaired };
}

function splitPhysicalLines(text: string): { lines: readonly string[]; isOdd: boolean } {
  const lines: string[] = [];
  let isOdd = false;
  for (const piece of text.split("\n")) {
    let end = piece.length;
    while (piece.charCodeAt(end - 1) === 0x0d) end -= 1;
    isOdd ||= piece.length - end > 1;
    const line = piece.slice(0, end);
    if (!line.includes("\r")) lines.push(line);
    else for (const part of line.split("\r")) lines.push(part);
  }
  while (lines.at(-1) === "") lines.pop();
  return { lines, isOdd };
}

class LineJoiner {
  repaired = false;
  readonly #physical: readonly string[];
  readonly #logical: string[] = [];
  /** Pieces of the content line that is being joined; strings are joined once, since it may have 100 000 of them. */
  #pieces: string[] = [];
  #isQuotedPrintable = false;
  #isBase64 = false;
  #lastPhysical = "";
  /** Up to where it has been decided whether lines of unknown name are properties, and how. */
  #judgedUpTo = 0;
  #unknownAreText = false;

  constructor(physical: readonly string[]) {
    this.#physical = physical;
  }

  join(): readonly string[] {
    for (const [i, line] of this.#physical.entries()) {
      this.#add(line, i);
      if (line !== "") this.#lastPhysical = line;
    }
    this.#finish();
    return this.#logical;
  }

  #add(line: string, index: number): void {
    const previous = this.#pieces.at(-1);
    if (previous !== undefined && this.#isQuotedPrintable && previous.endsWith("=")) {
      // RFC 2045 6.7 (5); vCard 2.1 writes the next line from column 1, some writers fold it on top.
      this.#pieces[this.#pieces.length - 1] = previous.slice(0, -1);
      this.#pieces.push(line.replace(/^[ \t]/, ""));
    } else if (line === "") {
      if (this.#isBase64) this.#isBase64 = false;
      else this.repaired = true;
    } else if (previous === undefined) this.#begin(line.trimStart());
    else if (line.startsWith(" ") || line.startsWith("\t")) this.#pieces.push(line.slice(1));
    else if (beginsKnownProperty(line)) this.#begin(line);
    else if (this.#isBase64 && BASE64_TEXT.test(line)) this.#pieces.push(line);
    else if (mayBeginProperty(line) && !this.#isTextAt(index)) this.#begin(line);
    else this.#continueText(line, previous);
  }

  #begin(line: string): void {
    this.#finish();
    this.#pieces = [line];
    this.#isQuotedPrintable = QUOTED_PRINTABLE.test(line);
    this.#isBase64 = BASE64_PROPERTY.test(line);
  }

  #continueText(line: string, previous: string): void {
    this.repaired = true;
    if (this.#lastPhysical.endsWith("=") && !this.#isBase64)
      this.#pieces[this.#pieces.length - 1] = previous.slice(0, -1);
    else if (this.#lastPhysical.length < MIN_FOLDED_OCTETS && !this.#isBase64) this.#pieces.push("\\n");
    this.#pieces.push(line);
  }

  /** Lines of unknown name are text when a line that can be nothing but text stands among them. */
  #isTextAt(index: number): boolean {
    if (index < this.#judgedUpTo) return this.#unknownAreText;
    this.#unknownAreText = false;
    let at = index;
    for (let line = this.#physical[at]; line !== undefined && !beginsKnownProperty(line); line = this.#physical[++at]) {
      if (line !== "" && !/^[ \t]/.test(line) && !mayBeginProperty(line)) this.#unknownAreText = true;
    }
    this.#judgedUpTo = at;
    return this.#unknownAreText;
  }

  #finish(): void {
    if (this.#pieces.length > 0) this.#logical.push(this.#pieces.join(""));
    this.#pieces = [];
  }
}
