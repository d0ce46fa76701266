/** A date as the wire writes it, digits as they stand. */
export interface WireDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC; 0 for `Z`; null when the text names no zone. */
  readonly offsetMinutes: number | null;
}

const DATE = /^(\d{4})-?(\d{2})-?(\d{2})/;
const TIME = /^(?:T|\s+)(\d{2}):?(\d{2}):?(\d{2})(?:[.,]\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Parses the dates of DeltaSync and AirSync (MAPPING.md 2.4): compact or extended, with or without fraction,
 * time and zone. Null for anything else and for days that no calendar has.
 */
export function parseWireDate(text: string): WireDate | null {
  const trimmed = text.trim();
  const date = DATE.exec(trimmed);
  if (date === null) return null;
  const [matched, year = "", month = "", day = ""] = date;
  const rest = trimmed.slice(matched.length);
  const time = rest === "" ? [] : TIME.exec(rest);
  if (time === null) return null;
  const [, hour = "0", minute = "0", second = "0", zone] = time;
  const parsed = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    offsetMinutes: zone === undefined ? null : zoneMinutes(zone),
  };
  return isReal(parsed) ? parsed : null;
}

function zoneMinutes(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone.startsWith("-") ? -minutes : minutes;
}

function isReal(date: WireDate): boolean {
  if (date.hour > 23 || date.minute > 59 || date.second > 60) return false;
  const midnight = new Date(utcMillis({ ...date, hour: 0, minute: 0, second: 0, offsetMinutes: 0 }));
  return midnight.getUTCMonth() === date.month - 1 && midnight.getUTCDate() === date.day;
}

/** The instant in milliseconds since 1970 UTC; a date without a zone is taken as UTC. */
export function utcMillis(date: WireDate): number {
  const instant = new Date(0);
  // Not Date.UTC: it moves the years 0 to 99 into the twentieth century.
  instant.setUTCFullYear(date.year, date.month - 1, date.day);
  instant.setUTCHours(date.hour, date.minute, date.second);
  return instant.getTime() - (date.offsetMinutes ?? 0) * 60_000;
}

/** The instant that a text names, in milliseconds since 1970 UTC, or null. */
export function parseWireMillis(text: string | null): number | null {
  const date = text === null ? null : parseWireDate(text);
  return date === null ? null : utcMillis(date);
}

/** DATE-TIME in UTC (RFC 5545 3.3.5): `20110314T090000Z`. Out of range of four-digit years: null. */
export function formatUtc(millis: number): string | null {
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) return null;
  const iso = date.toISOString();
  return /^\d{4}-/.test(iso) ? `${iso.slice(0, 19).replaceAll(/[-:]/g, "")}Z` : null;
}
