/** A content line taken apart (RFC 5545 3.1, RFC 2425 5.8). */
export interface ContentLine {
  readonly group: string | null;
  /** Upper-case. */
  readonly name: string;
  readonly parameters: readonly ContentParameter[];
  readonly value: string;
}

/** One parameter; a bare one of vCard 2.1 (`TEL;WORK:`) has no name. */
export interface ContentParameter {
  /** Upper-case, or null. */
  readonly name: string | null;
  /** As it stands, quotes included. */
  readonly value: string;
}

/** Takes a content line apart. A line without a colon is all name. */
export function parseContentLine(line: string): ContentLine {
  const colon = findOutsideQuotes(line, ":") ?? line.indexOf(":");
  const head = colon === -1 ? line : line.slice(0, colon);
  const [fullName = "", ...parameters] = splitOutsideQuotes(head, ";");
  const dot = fullName.indexOf(".");
  return {
    group: dot === -1 ? null : fullName.slice(0, dot),
    name: fullName
      .slice(dot + 1)
      .trim()
      .toUpperCase(),
    parameters: parameters.filter((text) => text !== "").map(parseParameter),
    value: colon === -1 ? "" : line.slice(colon + 1),
  };
}

function parseParameter(text: string): ContentParameter {
  const equals = text.indexOf("=");
  if (equals === -1) return { name: null, value: text.trim() };
  return { name: text.slice(0, equals).trim().toUpperCase(), value: text.slice(equals + 1).trim() };
}

/** Puts a content line together again. */
export function formatContentLine(line: ContentLine): string {
  const parameters = line.parameters.map(({ name, value }) => (name === null ? `;${value}` : `;${name}=${value}`));
  return `${line.group === null ? "" : `${line.group}.`}${line.name}${parameters.join("")}:${line.value}`;
}

/** Value of the first parameter of that name, without quotes, or null. */
export function contentParameter(line: ContentLine, name: string): string | null {
  const value = line.parameters.find((candidate) => candidate.name === name)?.value;
  return value === undefined ? null : value.replace(/^"(.*)"$/s, "$1");
}

/** The line without the parameters of those names. */
export function withoutParameters(line: ContentLine, names: readonly string[]): ContentLine {
  const parameters = line.parameters.filter(({ name }) => name === null || !names.includes(name));
  return { ...line, parameters };
}

/** Undoes the escaping of TEXT (RFC 5545 3.3.11) in one scan from left to right, so that `\\n` stays a backslash and an n. */
export function unescapeText(text: string): string {
  return text.replace(/\\(.)/gs, (_, char: string) => (char === "n" || char === "N" ? "\n" : char));
}

/** Splits a compound value at the separators that no backslash escapes; the pieces stay escaped. */
export function splitUnescaped(value: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let i = 0; i < value.length; i += 1) {
    if (value[i] === "\\") i += 1;
    else if (value[i] === separator) {
      pieces.push(value.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(value.slice(start));
  return pieces;
}

function findOutsideQuotes(text: string, char: string): number | null {
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === char && !quoted) return i;
  }
  return null;
}

function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  for (let at = findOutsideQuotes(rest, separator); at !== null; at = findOutsideQuotes(rest, separator)) {
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  pieces.push(rest);
  return pieces;
}
