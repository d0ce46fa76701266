const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Obsolete zones with a meaning (RFC 5322 4.3), in hours east of UTC. Every other name means UTC. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
};

const DATE_TIME =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun)\s*,?\s*)?(\d{1,2})\s+([a-z]{3})\s+(\d{2,4})\s+(\d{1,2})\s*:\s*(\d{2})(?:\s*:\s*(\d{2}))?\s*([+-]\d{4}|[a-z]{1,5})$/i;

/** Longer than any date; stops a megabyte of nested comments from being looked at. */
const MAX_DATE_CHARS = 1000;

/**
 * Parses the date-time of RFC 5322 3.3 with its obsolete forms (4.3): two-digit years, named zones, comments, blanks.
 *
 * @returns milliseconds since 1970 UTC, or null when the text is no such date
 */
export function parseDateHeader(body: string): number | null {
  if (body.length > MAX_DATE_CHARS) return null;
  const match = DATE_TIME.exec(removeComments(body).replace(/\s+/g, " ").trim());
  if (match === null) return null;
  const [, day = "", monthName = "", year = "", hour = "", minute = "", second = "0", zone = ""] = match;
  const month = MONTHS.indexOf(monthName.toLowerCase());
  const offsetMinutes = zoneMinutes(zone);
  if (month === -1 || offsetMinutes === null) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const midnight = utcMidnight(fullYear(year), month, Number(day));
  if (midnight === null) return null;
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes;
  return midnight + (minutes * 60 + Number(second)) * 1000;
}

function removeComments(text: string): string {
  let depth = 0;
  let kept = "";
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] as string;
    if (char === "\\" && depth > 0) i += 1;
    else if (char === "(") depth += 1;
    else if (char === ")" && depth > 0) depth -= 1;
    else if (depth === 0) kept += char;
    if (depth > 0 && char === "(") kept += " ";
  }
  return kept;
}

/** RFC 5322 4.3: 00–49 are 2000–2049, other years of two or three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2 && year < 50) return year + 2000;
  return digits.length < 4 ? year + 1900 : year;
}

function utcMidnight(year: number, month: number, day: number): number | null {
  const millis = Date.UTC(year, month, day);
  const date = new Date(millis);
  return year >= 1900 && date.getUTCMonth() === month && date.getUTCDate() === day ? millis : null;
}

function zoneMinutes(zone: string): number | null {
  const sign = zone[0];
  if (sign !== "+" && sign !== "-") return (ZONE_HOURS[zone.toLowerCase()] ?? 0) * 60;
  const minutes = Number(zone.slice(3));
  if (minutes > 59) return null;
  return (Number(zone.slice(1, 3)) * 60 + minutes) * (sign === "-" ? -1 : 1);
}
