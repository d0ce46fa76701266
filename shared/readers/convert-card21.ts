import type { WarningCode } from "../items/warning.ts";
import { escapeText } from "../mapping/content-value.ts";
import { type ContentLine, type ContentParameter, formatContentLine } from "./content-line.ts";
import { decodeContentLine } from "./quoted-printable-line.ts";

type Warn = (code: WarningCode) => void;

/** An agent's agent's agent; deeper ones are dropped (they stay in the original). */
const MAX_AGENT_DEPTH = 4;

/** Values made of components, in which 2.1 escapes nothing but the semicolon. */
const COMPOUND = new Set(["N", "ADR", "ORG"]);
/** Values that are no TEXT in 3.0 either, so that nothing in them is escaped. */
const LITERAL = new Set(["URL", "BDAY", "REV", "PHOTO", "LOGO", "SOUND", "KEY", "CATEGORIES", "GEO", "VERSION"]);
const BINARY = new Set(["PHOTO", "LOGO", "SOUND", "KEY"]);

/**
 * Converts the lines of a vCard 2.1 (between BEGIN and END) to 3.0 (RFC 2426): types named, base64 as `ENCODING=b`,
 * quoted-printable and charsets decoded, text escaped. The VERSION line is left out.
 *
 * @param lines parsed from a binary string
 * @param charset what values without a CHARSET of their own are in
 */
export function convertCard21(lines: readonly ContentLine[], charset: string, warn: Warn): readonly ContentLine[] {
  return convertLines(lines, charset, warn, 0);
}

function convertLines(
  lines: readonly ContentLine[],
  charset: string,
  warn: Warn,
  depth: number,
): readonly ContentLine[] {
  const converted: ContentLine[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as ContentLine;
    if (line.name === "AGENT" && lines[at + 1]?.name === "BEGIN") {
      const end = endOfNested(lines, at + 1);
      const inner = lines.slice(at + 2, end);
      if (depth < MAX_AGENT_DEPTH) converted.push(agentLine(line, convertLines(inner, charset, warn, depth + 1)));
      at = end;
    } else if (line.name !== "VERSION" && line.name !== "BEGIN" && line.name !== "END") {
      converted.push(convertLine(line, charset, warn));
    }
  }
  return converted;
}

/** Index of the END that belongs to the BEGIN at `begin`. */
function endOfNested(lines: readonly ContentLine[], begin: number): number {
  let depth = 0;
  for (let at = begin; at < lines.length; at += 1) {
    if (lines[at]?.name === "BEGIN") depth += 1;
    if (lines[at]?.name === "END") depth -= 1;
    if (depth === 0) return at;
  }
  return lines.length;
}

/** RFC 2426 3.5.4: the agent's card is one escaped text. */
function agentLine(line: ContentLine, inner: readonly ContentLine[]): ContentLine {
  const card = ["BEGIN:VCARD", "VERSION:3.0", ...inner.map(formatContentLine), "END:VCARD", ""].join("\n");
  return { ...line, parameters: [], value: escapeText(card) };
}

function convertLine(line: ContentLine, charset: string, warn: Warn): ContentLine {
  const decoded = decodeContentLine(line, charset);
  if (decoded.guessed) warn("charset-guessed");
  // Outlook keeps the picture of its business card under a name of its own.
  const name = line.name === "X-MS-CARDPICTURE" ? "PHOTO" : line.name;
  const isBase64 = line.parameters.some(isBase64Parameter);
  return {
    group: line.group,
    name,
    parameters: convertParameters(decoded.line.parameters, BINARY.has(name) && isBase64),
    value: isBase64 ? decoded.line.value.replace(/\s+/g, "") : convertValue(name, decoded.line.value),
  };
}

function isBase64Parameter({ name, value }: ContentParameter): boolean {
  return (name === null || name === "ENCODING") && /^(?:base64|b)$/i.test(value);
}

/** `TEL;WORK;VOICE` becomes `TEL;TYPE=WORK,VOICE`; 7BIT, 8BIT and INLINE say nothing that 3.0 does not imply. */
function convertParameters(parameters: readonly ContentParameter[], isBinary: boolean): readonly ContentParameter[] {
  const types: string[] = [];
  const others: ContentParameter[] = isBinary ? [{ name: "ENCODING", value: "b" }] : [];
  for (const { name, value } of parameters) {
    if (name === "ENCODING" || isBase64Parameter({ name, value })) continue;
    if (name === "VALUE") others.push(...convertValueType(value));
    else if (name === null || name === "TYPE") types.push(...convertType(value));
    else others.push({ name, value: quoteIfNeeded(value) });
  }
  return types.length === 0 ? others : [...others, { name: "TYPE", value: types.join(",") }];
}

function convertType(value: string): readonly string[] {
  if (/^(?:[78]bit|inline)$/i.test(value)) return [];
  const isUri = /^(?:url|cid|content-id)$/i.test(value);
  return isUri
    ? []
    : value
        .split(",")
        .filter((type) => type !== "")
        .map(quoteIfNeeded);
}

function convertValueType(value: string): readonly ContentParameter[] {
  return /^(?:url|uri|cid|content-id)$/i.test(value) ? [{ name: "VALUE", value: "uri" }] : [];
}

function quoteIfNeeded(value: string): string {
  if (value.startsWith('"')) return value;
  return /[;:,]/.test(value) ? `"${value.replaceAll('"', "'")}"` : value;
}

function convertValue(name: string, value: string): string {
  if (COMPOUND.has(name))
    return splitCompound(value)
      .map((component) => escapeText(component))
      .join(";");
  if (name === "GEO") return value.replace(",", ";");
  if (LITERAL.has(name) || name.startsWith("X-")) return value.replace(/\r\n|[\r\n]/g, "\\n");
  return escapeText(value);
}

/** Splits at semicolons; `\;` is a semicolon, any other backslash is a backslash. */
function splitCompound(value: string): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (let i = 0; i < value.length; i += 1) {
    const isEscaped = value[i] === "\\" && value[i + 1] === ";";
    if (isEscaped) i += 1;
    if (value[i] === ";" && !isEscaped) {
      pieces.push(piece);
      piece = "";
    } else piece += value[i];
  }
  pieces.push(piece);
  return pieces;
}
