/** How TEXT is escaped. */
export interface EscapeOptions {
  /** `raw` leaves `;` as it is, for readers that show the backslash (MAPPING.md 3.2). Default `escaped`. */
  readonly semicolon?: "escaped" | "raw";
}

/**
 * What ends a line somewhere: CR, LF, and NEL, LINE SEPARATOR and PARAGRAPH SEPARATOR, at which readers that split
 * by Unicode's rules would cut a content line in two.
 */
const LINE_BREAK = /\r\n|[\r\n\u0085\u2028\u2029]/g;

/** Controls that no content line may hold (RFC 5545 3.1, RFC 6350 3.2): all but TAB and what ends a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/**
 * Escapes a TEXT value (RFC 5545 3.3.11, RFC 2426 4, RFC 6350 3.4): backslash, semicolon, comma, and every line break
 * as `\n`. Other controls are dropped, so that no value can hold a line of its own.
 */
export function escapeText(text: string, options: EscapeOptions = {}): string {
  const separators = options.semicolon === "raw" ? /[\\,]/g : /[\\;,]/g;
  return text
    .replace(CONTROLS, "")
    .replace(separators, (char) => `\\${char}`)
    .replace(LINE_BREAK, "\\n");
}

/** Escapes each value and joins them with commas: CATEGORIES, NICKNAME, a list of TEXT. */
export function textList(values: readonly string[], options: EscapeOptions = {}): string {
  return values.map((value) => escapeText(value, options)).join(",");
}

/**
 * Escapes each component and joins them with semicolons: N, ADR, ORG. Empty components stay, also at the end; the
 * semicolons inside a component are escaped whatever the options say, since they would be separators.
 */
export function structuredText(components: readonly string[]): string {
  return components.map((component) => escapeText(component)).join(";");
}

/**
 * A parameter value (RFC 5545 3.2): blanks for line breaks, no controls, `'` for `"`; in quotes where it holds what
 * would end it. A caret that RFC 6868 readers would take for an escape is doubled.
 */
export function parameterValue(text: string): string {
  const clean = cleanParameter(text);
  return /[:;,]/.test(clean) ? `"${clean}"` : clean;
}

/** `parameterValue`, always in quotes. */
export function quotedParameterValue(text: string): string {
  return `"${cleanParameter(text)}"`;
}

function cleanParameter(text: string): string {
  return oneLine(text)
    .replaceAll('"', "'")
    .replace(/\^(?=[n'^])/g, "^^");
}

/** A value that is not TEXT (URI, CAL-ADDRESS): trimmed, without controls and line breaks, not escaped. */
export function rawValue(text: string): string {
  return text.replace(LINE_BREAK, "").replace(CONTROLS, "").trim();
}

/** Text on one line: every run of line breaks becomes one blank, other controls go, blanks at the ends too. */
export function oneLine(text: string): string {
  return text
    .replace(/(?:\r\n|[\r\n\u0085\u2028\u2029])+/g, " ")
    .replace(CONTROLS, "")
    .trim();
}

/** A content line: name, parameters as they stand, value as it stands. */
export function contentLine(name: string, parameters: string, value: string): string {
  return `${name}${parameters === "" ? "" : `;${parameters}`}:${value}`;
}
