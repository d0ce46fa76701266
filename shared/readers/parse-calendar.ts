import { binaryBytes, binaryString } from "../bytes/binary-string.ts";
import { resolveCharset, toAsciiCompatible } from "../bytes/decode-text.ts";
import type { CalendarItem, CalendarRole } from "../items/item.ts";
import type { WarningCode } from "../items/warning.ts";
import { escapeText } from "../mapping/content-value.ts";
import { completeCalendar, propertyValue } from "./complete-calendar.ts";
import { balanceLines, type CalendarEntry, ownLines, parseCalendars } from "./component-tree.ts";
import { formatContentLine, parseContentLine, unescapeText } from "./content-line.ts";
import { joinContentLines } from "./content-lines.ts";
import { defineZones } from "./define-zones.ts";
import { decodeContentLine } from "./quoted-printable-line.ts";
import { repairLine } from "./repair-line.ts";
import { type CalendarGroup, splitCalendar } from "./split-calendar.ts";

/** What the surroundings of a calendar say about it. */
export interface CalendarContext {
  /** `charset` and `method` parameters of its part. */
  readonly charset: string | null;
  readonly method: string | null;
  /** Instant for a DTSTAMP that is missing: the message's date; null stands for 1970. */
  readonly stampMillis: number | null;
}

/** A calendar object without its origin. */
export type CalendarObject = Omit<CalendarItem, "origin">;

/**
 * Parses iCalendar bytes (RFC 5545, and vCalendar 1.0 as far as lines go) into one object per UID. Lines are unfolded,
 * decoded, balanced and completed; their order and everything unknown are kept. Nothing is yielded when there is no
 * VCALENDAR.
 *
 * @throws ReaderError readers/part-invalid when components nest absurdly deep
 */
export function* parseCalendar(bytes: Uint8Array, context: CalendarContext): Generator<CalendarObject> {
  const { lines, warnings } = parseLines(bytes, context.charset);
  for (const calendar of parseCalendars(lines)) {
    for (const group of splitCalendar(calendar)) yield calendarObject(group, context, warnings);
  }
}

/** Content lines of a whole calendar text: decoded, clean and balanced. */
function parseLines(
  original: Uint8Array,
  declared: string | null,
): { lines: readonly string[]; warnings: WarningCode[] } {
  const text = toAsciiCompatible(original, declared);
  const joined = joinContentLines(binaryString(text.bytes));
  // Of the joined lines: folds may stand inside characters.
  const bytes = binaryBytes(joined.lines.join("\n"));
  const charset = resolveCharset(bytes, text.charset);
  const decoded = decodeLines(bytes, joined.lines, charset.label);
  const cleaned = decoded.map(cleanLine);
  const balanced = balanceLines(cleaned, "VCALENDAR");
  const isRepaired = joined.repaired || balanced.repaired || cleaned.some((line, i) => line !== decoded[i]);
  const warnings: WarningCode[] = charset.guessed ? ["charset-guessed"] : [];
  if (isRepaired) warnings.push("ics-repaired");
  return { lines: balanced.lines, warnings };
}

const QUOTED_PRINTABLE = /^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i;

function decodeLines(bytes: Uint8Array, lines: readonly string[], charset: string): readonly string[] {
  const decoded = new TextDecoder(charset, { ignoreBOM: true }).decode(bytes).split("\n");
  return decoded.map((line, i) =>
    QUOTED_PRINTABLE.test(line) ? undoQuotedPrintable(lines[i] ?? line, charset) : line,
  );
}

/** vCalendar 1.0 writes in quoted-printable what iCalendar escapes. */
function undoQuotedPrintable(binaryLine: string, charset: string): string {
  const { line } = decodeContentLine(parseContentLine(binaryLine), charset);
  return formatContentLine({ ...line, value: escapeText(line.value) });
}

/** Repairs a line and takes the TZID off a value that is in UTC already (RFC 5545 3.2.19). */
function cleanLine(line: string): string {
  const clean = repairLine(line);
  const isZonedUtc = /^[A-Z-]+;[^:"]*TZID=/i.test(clean) && /:\d{8}T\d{6}Z(?:,\d{8}T\d{6}Z)*$/.test(clean);
  return isZonedUtc ? clean.replace(/;TZID=(?:"[^"]*"|[^";:]*)/i, "") : clean;
}

function calendarObject(
  group: CalendarGroup,
  { method: methodParameter, stampMillis }: CalendarContext,
  noticed: readonly WarningCode[],
): CalendarObject {
  const warnings = new Set(noticed);
  const warn = (code: WarningCode) => warnings.add(code);
  const completed = completeCalendar(group.entries, utcStamp(stampMillis ?? 0), warn);
  const entries = defineZones(completed, stampMillis ?? 0, warn);
  const properties = entries.filter((entry) => typeof entry === "string");
  const methodProperty = propertyValue(properties, "METHOD")?.trim() || null;
  if (methodProperty && methodParameter && methodProperty.toUpperCase() !== methodParameter.trim().toUpperCase()) {
    warnings.add("method-mismatch");
  }
  const main = mainLines(entries, group.component);
  const summary = propertyValue(main, "SUMMARY");
  return {
    kind: "calendar",
    role: roleOf(methodProperty ?? methodParameter),
    component: componentOf(group.component),
    lines: [
      "BEGIN:VCALENDAR",
      ...entries.flatMap((entry) => (typeof entry === "string" ? [entry] : entry.lines)),
      "END:VCALENDAR",
    ],
    summary: summary === null ? null : unescapeText(summary),
    dateMillis: parseUtcStamp(propertyValue(main, "DTSTART")),
    warnings: [...warnings],
  };
}

function mainLines(entries: readonly CalendarEntry[], component: string | null): readonly string[] {
  const main = entries.find((entry) => typeof entry !== "string" && entry.name === component);
  return typeof main === "object" ? ownLines(main) : [];
}

function componentOf(name: string | null): CalendarItem["component"] {
  return name === "VEVENT" || name === "VTODO" || name === "VJOURNAL" || name === "VFREEBUSY" ? name : "other";
}

/** RFC 5546: what may be imported as it stands is an invitation, the rest is talk about one. */
function roleOf(method: string | null): CalendarRole {
  if (method === null || method.trim() === "") return "stored";
  return /^\s*(?:request|publish)\s*$/i.test(method) ? "invite" : "itip";
}

/** Four digits are all that a date-time of RFC 5545 has for the year. */
function utcStamp(millis: number): string {
  const stamp = new Date(millis).toISOString().replace(/[-:]|\.\d+/g, "");
  return /^\d{8}T/.test(stamp) ? stamp : "19700101T000000Z";
}

function parseUtcStamp(value: string | null): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value?.trim() ?? "");
  if (match === null) return null;
  const [year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return year < 100 ? null : Date.UTC(year, month - 1, day, hour, minute, second);
}
