/** Characters that stand for themselves in XML text (XML 1.0 2.2, 2.4); `]` may begin `]]>`, CR becomes LF. */
const PLAIN = /[\t\n\x20-\x25\x27-\x3b\x3d-\x5c\x5e-\ufffd]*/y;
/** The references that every XML document knows (XML 1.0 4.6). */
const REFERENCE = /&(lt|gt|amp|quot|apos);/y;
const CHARACTERS: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
/** Not the last character of the text: what follows must be known. */
const LONE_BRACKET = /\](?=[^\]])/y;

/** Text from a place on, and where it ends. */
interface PlainText {
  readonly text: string;
  readonly end: number;
}

/**
 * Reads as much text as can be read without a parser, which looks at each character by itself: a mail is nearly all
 * text. What it leaves is for the parser, mistakes among it.
 *
 * @param xml decoded, so no half of a surrogate pair stands in it
 * @param start inside the content of an element
 */
export function readPlainText(xml: string, start: number): PlainText {
  const pieces: string[] = [];
  let end = start;
  for (let piece: PlainText | null = pieceAt(xml, start); piece !== null; piece = pieceAt(xml, end)) {
    pieces.push(piece.text);
    end = piece.end;
  }
  return { text: pieces.length === 1 ? (pieces[0] as string) : pieces.join(""), end };
}

function pieceAt(xml: string, at: number): PlainText | null {
  PLAIN.lastIndex = at;
  if (PLAIN.test(xml) && PLAIN.lastIndex > at) return { text: xml.slice(at, PLAIN.lastIndex), end: PLAIN.lastIndex };
  LONE_BRACKET.lastIndex = at;
  if (LONE_BRACKET.test(xml)) return { text: "]", end: at + 1 };
  REFERENCE.lastIndex = at;
  const reference = REFERENCE.exec(xml);
  if (reference === null) return null;
  return { text: CHARACTERS[reference[1] as string] as string, end: REFERENCE.lastIndex };
}
