import { binaryBytes, binaryString } from "../bytes/binary-string.ts";
import { decodeBinaryText, resolveCharset, toAsciiCompatible } from "../bytes/decode-text.ts";
import type { ContactItem } from "../items/item.ts";
import type { WarningCode } from "../items/warning.ts";
import { escapeText } from "../mapping/content-value.ts";
import { type ContentLine, formatContentLine, parseContentLine, splitUnescaped, unescapeText } from "./content-line.ts";
import { joinContentLines } from "./content-lines.ts";
import { convertCard21 } from "./convert-card21.ts";
import { decodeContentLine } from "./quoted-printable-line.ts";
import { malformedLine, repairLine } from "./repair-line.ts";
import { splitCards } from "./split-cards.ts";

/** A contact without its origin. */
export type Card = Omit<ContactItem, "origin">;

/**
 * Parses vCard bytes into their cards. A vCard 2.1 is converted to 3.0 with its own bytes kept beside it; others are
 * only unfolded, decoded to UTF-8 and completed. Nothing is yielded when there is no card.
 *
 * @param charset the `charset` parameter of the part, or null
 */
export function* parseCards(bytes: Uint8Array, charset: string | null): Generator<Card> {
  const text = toAsciiCompatible(bytes, charset);
  const binary = binaryString(text.bytes);
  const spans = splitCards(binary);
  let span = spans.next();
  let isFirst = true;
  while (span.done !== true) {
    const { start, end } = span.value;
    span = spans.next();
    // The bytes of a lone card are kept whole, with whatever stands around it.
    const original = isFirst && span.done === true ? bytes : text.bytes.slice(start, end);
    yield parseCard(binary.slice(start, end), text.charset, original);
    isFirst = false;
  }
}

function parseCard(binary: string, declared: string | null, original: Uint8Array): Card {
  const joined = joinContentLines(binary);
  // Of the joined lines: folds may stand inside characters.
  const charset = resolveCharset(binaryBytes(joined.lines.join("\n")), declared);
  const warnings = new Set<WarningCode>(charset.guessed ? ["charset-guessed"] : []);
  const warn = (code: WarningCode): void => void warnings.add(code);
  const isEnded = /^END\b/i.test(joined.lines.at(-1) ?? "");
  if (joined.repaired || !isEnded) warn("ics-repaired");
  const lines = joined.lines.slice(1, isEnded ? -1 : undefined);
  const parsed = lines.map(parseContentLine);
  const version = versionOf(parsed);
  if (version !== "2.1") {
    const kept = withOneVersion(lines, parsed, version);
    if (kept.some((line, i) => line !== lines[i]) || kept.length < lines.length) warn("ics-repaired");
    const normalised = kept.map((line) => normaliseLine(line, charset.label, warn));
    return finishCard(normalised, version, warnings, null);
  }
  warn("vcard21-converted");
  const converted = convertCard21(parsed, charset.label, warn).map(formatContentLine);
  return finishCard(converted, "3.0", warnings, original);
}

/** The lines with the VERSION that counts and no other; 4.0 wants it in front (RFC 6350 6.7.9). */
function withOneVersion(
  lines: readonly string[],
  parsed: readonly ContentLine[],
  version: string | null,
): readonly string[] {
  const stated = version === null ? -1 : parsed.findIndex(isVersion);
  const others = lines.filter((_, i) => !isVersion(parsed[i]));
  const at = version === "4.0" ? 0 : stated;
  return stated === -1 ? others : [...others.slice(0, at), lines[stated] ?? "", ...others.slice(at)];
}

const isVersion = (line: ContentLine | undefined): boolean => line?.name === "VERSION";

/**
 * A card that does not say is told by its syntax: only 2.1 has bare parameters and quoted-printable. Versions that
 * there are not say nothing.
 */
function versionOf(lines: readonly ContentLine[]): string | null {
  const stated = lines
    .find(isVersion)
    ?.value.replace(/\p{Cc}/gu, "")
    .trim();
  if (stated === "2.1" || stated === "3.0" || stated === "4.0") return stated;
  const isOld = lines.some((line) =>
    line.parameters.some(({ name, value }) => name === null || /^quoted-printable$/i.test(value)),
  );
  return isOld ? "2.1" : null;
}

/** A line of a 3.0 or 4.0 card in UTF-8, without CHARSET and quoted-printable, which those versions do not have. */
function normaliseLine(binary: string, charset: string, warn: (code: WarningCode) => void): string {
  if (!/^[^:]*;(?:CHARSET=|(?:ENCODING=)?QUOTED-PRINTABLE)/i.test(binary))
    return decodeBinaryText(binary, charset).text;
  const { line, wasQuotedPrintable, guessed } = decodeContentLine(parseContentLine(binary), charset);
  if (guessed) warn("charset-guessed");
  if (!wasQuotedPrintable) return formatContentLine(line);
  warn("ics-repaired");
  return formatContentLine({
    ...line,
    value: isCompound(line.name) ? escapeBreaks(line.value) : escapeText(line.value),
  });
}

const isCompound = (name: string): boolean => name === "N" || name === "ADR" || name === "ORG";

const escapeBreaks = (text: string): string => text.replace(/\r\n|[\r\n]/g, "\\n");

/** A card holds no components, so an edge inside it is a broken one. */
const EDGE = /^[ \t]*(?:BEGIN|END)[ \t]*[;:]/i;

/** Adds what RFC 2426 and RFC 6350 require and the card lacks, and frames it. */
function finishCard(
  unchecked: readonly string[],
  version: string | null,
  warnings: Set<WarningCode>,
  original: Uint8Array | null,
): Card {
  const body = unchecked.map((line) => (EDGE.test(line) ? malformedLine(line) : repairLine(line)));
  if (body.some((line, i) => line !== unchecked[i])) warnings.add("ics-repaired");
  const lines = body.map(parseContentLine);
  const missing: string[] = [];
  if (version === null || original !== null) missing.push("VERSION:3.0");
  if (version === null) warnings.add("ics-repaired");
  const name = lines.find((line) => line.name === "FN" && line.value.trim() !== "");
  const formattedName = name === undefined ? synthesiseName(lines) : unescapeText(name.value);
  if (name === undefined) {
    missing.push(`FN:${escapeText(formattedName)}`);
    warnings.add("fn-synthesised");
  }
  if (version !== "4.0" && !lines.some((line) => line.name === "N")) {
    missing.push("N:;;;;");
    warnings.add("ics-repaired");
  }
  const kept = name === undefined ? body.filter((_, i) => lines[i]?.name !== "FN") : body;
  return {
    kind: "contact",
    lines: ["BEGIN:VCARD", ...placeBehindVersion(kept, missing), "END:VCARD"],
    formattedName: formattedName === "" ? null : formattedName,
    original,
    warnings: [...warnings],
  };
}

/** RFC 6350 6.7.9 wants VERSION directly behind BEGIN; added lines must not come between. */
function placeBehindVersion(body: readonly string[], missing: readonly string[]): readonly string[] {
  const versionFirst = /^VERSION:/i.test(body[0] ?? "") ? 1 : 0;
  return [...body.slice(0, versionFirst), ...missing, ...body.slice(versionFirst)];
}

/** MAPPING.md 9.2: the parts of the name, else the nickname, company, address or number, else a fixed text. */
function synthesiseName(lines: readonly ContentLine[]): string {
  const pieces = (name: string): readonly string[] => {
    const value = lines.find((line) => line.name === name)?.value ?? "";
    return splitUnescaped(value, ";").map((piece) => unescapeText(piece).trim());
  };
  const [last = "", first = "", middle = "", prefix = "", suffix = ""] = pieces("N");
  const full = [prefix, first, middle, last, suffix].filter((piece) => piece !== "").join(" ");
  const others = ["NICKNAME", "ORG", "EMAIL", "TEL"].map((name) => pieces(name)[0] ?? "");
  return [full, ...others, "Unnamed contact"].find((text) => text !== "") ?? "";
}
