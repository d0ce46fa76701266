import { type Onset, onsetWallMillis, type ZoneRules } from "./zone-rules.ts";

const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;

/**
 * The VTIMEZONE of the rules: yearly rules from 1970 on, since Outlook and Google pass over lists of dates, and bare
 * local times, since Google drops what bears a TZID (MAPPING.md 5.5).
 */
export function timeZoneLines(tzid: string, rules: ZoneRules): readonly string[] {
  const { daylight, standardMinutes: standard } = rules;
  const parts =
    daylight === null
      ? observance("STANDARD", null, standard, standard)
      : [
          ...observance("STANDARD", daylight.ends, daylight.offsetMinutes, standard),
          ...observance("DAYLIGHT", daylight.begins, standard, daylight.offsetMinutes),
        ];
  return ["BEGIN:VTIMEZONE", `TZID:${tzid}`, ...parts, "END:VTIMEZONE"];
}

function observance(name: string, onset: Onset | null, from: number, to: number): readonly string[] {
  const start = onset === null ? 0 : onsetWallMillis(onset, onset.year || 1970);
  const rule = onset !== null && onset.year === 0 ? [`RRULE:${yearlyRule(onset)}`] : [];
  return [
    `BEGIN:${name}`,
    `DTSTART:${wallText(start)}`,
    `TZOFFSETFROM:${offsetText(from)}`,
    `TZOFFSETTO:${offsetText(to)}`,
    ...rule,
    `END:${name}`,
  ];
}

function yearlyRule({ month, weekday, day }: Onset): string {
  return `FREQ=YEARLY;BYMONTH=${month};BYDAY=${day === 5 ? -1 : day}${WEEKDAYS[weekday]}`;
}

/** DATE-TIME of wall time (digits read as UTC), without a zone: `20110314T100000`. */
export function wallText(wallMillis: number): string {
  return new Date(wallMillis).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
}

/** UTC-OFFSET (RFC 5545 3.3.14): `+0530`. */
function offsetText(minutes: number): string {
  const absolute = Math.abs(minutes);
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${digits(Math.floor(absolute / 60))}${digits(absolute % 60)}`;
}
