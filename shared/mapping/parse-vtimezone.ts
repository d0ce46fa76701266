import type { Onset, ZoneRules } from "./zone-rules.ts";

const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** Reads back the rules that `timeZoneLines` wrote. */
export function parseTimeZone(lines: readonly string[]): ZoneRules {
  const standard = observance(lines, "STANDARD");
  const daylight = observance(lines, "DAYLIGHT");
  const standardMinutes = offsetMinutes(value(standard, "TZOFFSETTO"));
  if (daylight.length === 0) return { standardMinutes, daylight: null };
  const begins = parseOnset(daylight);
  const ends = parseOnset(standard);
  return { standardMinutes, daylight: { offsetMinutes: offsetMinutes(value(daylight, "TZOFFSETTO")), begins, ends } };
}

function observance(lines: readonly string[], name: string): readonly string[] {
  const begin = lines.indexOf(`BEGIN:${name}`);
  return begin === -1 ? [] : lines.slice(begin, lines.indexOf(`END:${name}`));
}

function value(lines: readonly string[], name: string): string {
  return lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? "";
}

function parseOnset(lines: readonly string[]): Onset {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})$/.exec(value(lines, "DTSTART")) ?? []
  )
    .slice(1)
    .map(Number);
  const yearly = /;BYDAY=(-?\d)([A-Z]{2})$/.exec(value(lines, "RRULE"));
  if (yearly === null) return { year, month, weekday: 0, day, hour, minute, second };
  const ordinal = yearly[1] === "-1" ? 5 : Number(yearly[1]);
  return { year: 0, month, weekday: WEEKDAYS.indexOf(yearly[2] ?? "SU"), day: ordinal, hour, minute, second };
}

function offsetMinutes(text: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2})(\d{2})$/.exec(text) ?? [];
  const absolute = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === "-" ? 0 - absolute : absolute;
}
