import type { SyncElement } from "../../mapping/sync-element.ts";

/** Shorter text is one string. */
const MIN_LONG_CHARS = 65_536;

/** An element with so much text that it is held in the pieces it came in, which no string is made of unasked. */
interface LongElement extends SyncElement {
  readonly pieces: readonly string[];
}

/** True for text that should be held in pieces. */
export function isLong(pieces: readonly string[]): boolean {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length >= MIN_LONG_CHARS;
}

/** An element without children whose text stands in pieces; `text` joins them each time it is asked for. */
export function longElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  pieces: readonly string[],
): LongElement {
  return {
    name,
    attributes,
    get text() {
      return pieces.join("");
    },
    children: [],
    pieces,
  };
}

/** The text of an element in pieces. */
export function textPieces(element: SyncElement): readonly string[] {
  return "pieces" in element ? (element as LongElement).pieces : [element.text];
}
