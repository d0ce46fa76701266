import { contentLine, escapeText } from "./content-value.ts";
import type { Warn } from "./recurrence-pattern.ts";
import type { MappingOptions, SyncElement } from "./sync-element.ts";
import { fieldNumber, fieldText } from "./sync-fields.ts";
import { formatUtc, parseWireMillis } from "./wire-date.ts";

/** Without a version: a new release must not change what an old archive gives. */
export const PRODID = "PRODID:-//HU01 Converter//NONSGML 1.0//EN";

/** One VCALENDAR around components (MAPPING.md 3.5). */
export function calendarLines(options: MappingOptions, components: readonly string[]): readonly string[] {
  const method = options.outlookLegacy ? ["METHOD:PUBLISH"] : [];
  return ["BEGIN:VCALENDAR", "VERSION:2.0", PRODID, "CALSCALE:GREGORIAN", ...method, ...components, "END:VCALENDAR"];
}

/** A TEXT property, or nothing when there is no text. */
export function textLines(name: string, text: string | null, parameters = ""): readonly string[] {
  return text === null || text === "" ? [] : [contentLine(name, parameters, escapeText(text))];
}

/** A property whose value is an instant in UTC, or nothing when the text names none. */
export function utcLines(name: string, text: string | null, parameters = ""): readonly string[] {
  const value = utcText(parseWireMillis(text));
  return value === null ? [] : [contentLine(name, parameters, value)];
}

/**
 * DTSTAMP, and LAST-MODIFIED where the source knows it (MAPPING.md 4.1): what the item says, else when it was received,
 * else the archive's time, else 1970; never the present.
 */
export function stampLines(data: SyncElement, fallbackMillis: number | null, warn: Warn): readonly string[] {
  const names = ["DtStamp", "LastModified", "LastModifiedDate", "DateReceived"];
  for (const name of names) {
    const stamp = utcText(parseWireMillis(fieldText(data, name)));
    if (stamp === null) continue;
    if (name !== "DtStamp") warn("dtstamp-synthesised");
    return [`DTSTAMP:${stamp}`, `LAST-MODIFIED:${stamp}`];
  }
  warn("dtstamp-synthesised");
  return [`DTSTAMP:${utcText(fallbackMillis) ?? "19700101T000000Z"}`];
}

function utcText(millis: number | null): string | null {
  return millis === null ? null : formatUtc(millis);
}

const CLASSES = ["PUBLIC", "PRIVATE", "PRIVATE", "CONFIDENTIAL"] as const;

/** CLASS; "personal" has none of its own and is kept beside it. */
export function classLines(data: SyncElement): readonly string[] {
  const sensitivity = fieldNumber(data, "Sensitivity");
  const value = sensitivity === null ? undefined : CLASSES[sensitivity];
  if (value === undefined) return [];
  return [`CLASS:${value}`, ...(sensitivity === 1 ? ["X-HU01-SENSITIVITY:1"] : [])];
}

/** A VALARM that shows the item. */
export function alarmLines(trigger: string): readonly string[] {
  return ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder", trigger, "END:VALARM"];
}
