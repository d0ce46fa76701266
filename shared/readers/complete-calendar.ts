import { stableId } from "../bytes/stable-id.ts";
import type { WarningCode } from "../items/warning.ts";
import { type CalendarEntry, type Component, ownLines } from "./component-tree.ts";

/** Named as RFC 5545 3.7.3 wants, without a version: a new release must not change what an old archive gives. */
const PRODID = "PRODID:-//HU01 Converter//NONSGML 1.0//EN";

/** Components that must have a UID and a DTSTAMP (RFC 5545 3.6). */
export const MAIN_COMPONENTS: ReadonlySet<string> = new Set(["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"]);

/** The body of the first property of that name among lines, or null. Parameters are passed over. */
export function propertyValue(lines: readonly string[], name: string): string | null {
  const pattern = new RegExp(`^${name}[ \\t]*(?:;(?:[^":]|"[^"]*")*)?:`, "i");
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return line.slice(match[0].length);
  }
  return null;
}

/** UID of a component; when it has none, one that depends on its lines only. */
export function uidOf(component: Component): string {
  return propertyValue(ownLines(component), "UID")?.trim() || `${stableId(component.lines)}@hu01.invalid`;
}

/**
 * Adds the properties that RFC 5545 3.6 requires and a calendar lacks: VERSION and PRODID in front, UID and DTSTAMP at
 * the beginning of each component. Nothing else is touched.
 *
 * @param stamp a UTC date-time (`20110128T085656Z`) from the source; never the clock
 * @param warn is told what was added
 */
export function completeCalendar(
  entries: readonly CalendarEntry[],
  stamp: string,
  warn: (code: WarningCode) => void,
): readonly CalendarEntry[] {
  const properties = entries.filter((entry) => typeof entry === "string");
  const missing: string[] = [];
  if (propertyValue(properties, "VERSION") === null) missing.push("VERSION:2.0");
  if (propertyValue(properties, "PRODID") === null) missing.push(PRODID);
  if (missing.length > 0) warn("ics-repaired");
  return [...missing, ...entries.map((entry) => completeEntry(entry, stamp, warn))];
}

function completeEntry(entry: CalendarEntry, stamp: string, warn: (code: WarningCode) => void): CalendarEntry {
  if (typeof entry === "string" || !MAIN_COMPONENTS.has(entry.name)) return entry;
  const own = ownLines(entry);
  const missing: string[] = [];
  if (!propertyValue(own, "UID")?.trim()) {
    missing.push(`UID:${uidOf(entry)}`);
    warn("uid-synthesised");
  }
  if (propertyValue(own, "DTSTAMP") === null) {
    missing.push(`DTSTAMP:${stamp}`);
    warn("dtstamp-synthesised");
  }
  if (missing.length === 0) return entry;
  const [begin = "", ...rest] = entry.lines.filter((line) => !/^uid[ \t]*:[ \t]*$/i.test(line));
  return { name: entry.name, lines: [begin, ...missing, ...rest] };
}
