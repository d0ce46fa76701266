/** Where one outermost vCard stands in a text, in characters of a binary string, which are bytes. */
export interface CardSpan {
  readonly start: number;
  /** Behind the line end of its last line. */
  readonly end: number;
}

const BEGIN = /^[ \t]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*$/i;
const END = /^[ \t]*END[ \t]*:[ \t]*VCARD[ \t]*$/i;
/** The card of an agent begins on the line after it (vCard 2.1, 2.4.3). */
const AGENT = /^(?:[\w-]+\.)?AGENT[^:]*:[ \t]*$/i;

/**
 * Finds the cards of a text. A card whose END is missing goes up to the next BEGIN or the end of the text; the card of
 * an AGENT is part of the card around it.
 */
export function* splitCards(text: string): Generator<CardSpan> {
  let start = -1;
  let depth = 0;
  let previous = "";
  for (const { line, from, to } of physicalLines(text)) {
    if (BEGIN.test(line)) {
      if (depth > 0 && !AGENT.test(previous)) {
        yield { start, end: from };
        depth = 0;
      }
      if (depth === 0) start = from;
      depth += 1;
    } else if (END.test(line) && depth > 0) {
      depth -= 1;
      if (depth === 0) yield { start, end: to };
    }
    if (line.trim() !== "") previous = line;
  }
  if (depth > 0) yield { start, end: text.length };
}

function* physicalLines(text: string): Generator<{ line: string; from: number; to: number }> {
  const ends = /\r?\n|\r/g;
  let from = 0;
  for (const match of text.matchAll(ends)) {
    const to = match.index + match[0].length;
    yield { line: text.slice(from, match.index), from, to };
    from = to;
  }
  if (from < text.length) yield { line: text.slice(from), from, to: text.length };
}
