import { type DateTeller, dateOf, dayOf, timeOfDay } from "./all-day.ts";
import { wallText } from "./vtimezone.ts";
import { formatUtc } from "./wire-date.ts";
import { instantOf, UTC_ZONE, wallMillis, type Zone } from "./zone-rules.ts";

/**
 * How an item's times are written: as dates, in UTC, in a zone, or as digits of an unknown clock. A wall time is the
 * milliseconds since 1970 UTC of the digits that are written, read as UTC; for dates it is a midnight.
 */
export interface TimeFrame {
  readonly kind: "date" | "utc" | "zoned" | "floating";
  /** TZID, for `zoned`. */
  readonly tzid: string | null;
  /** Wall time of an instant in milliseconds since 1970 UTC. */
  wallOf(instant: number): number;
  /** Instant of a wall time. */
  instantOf(wall: number): number;
}

/** The frame of all-day items. */
export function dateFrame(teller: DateTeller): TimeFrame {
  return { kind: "date", tzid: null, wallOf: (instant) => dateOf(teller, instant), instantOf: (wall) => wall };
}

/** The frame of timed items; UTC when no zone is given. */
export function timedFrame(chosen: { readonly tzid: string; readonly zone: Zone } | null): TimeFrame {
  const zone = chosen?.zone ?? UTC_ZONE;
  return {
    kind: chosen === null ? "utc" : "zoned",
    tzid: chosen?.tzid ?? null,
    wallOf: (instant) => wallMillis(zone, instant),
    instantOf: (wall) => instantOf(zone, wall),
  };
}

/** A property that holds a time: DTSTART, DTEND, DUE, RECURRENCE-ID, EXDATE, all of one type in one item. */
export function timeLine(name: string, frame: TimeFrame, wall: number): string {
  switch (frame.kind) {
    case "date":
      return `${name};VALUE=DATE:${wallText(wall).slice(0, 8)}`;
    case "zoned":
      return `${name};TZID=${frame.tzid}:${wallText(wall)}`;
    case "floating":
      return `${name}:${wallText(wall)}`;
    default:
      return `${name}:${wallText(wall)}Z`;
  }
}

/** Value of UNTIL for the last day of a series: of DTSTART's type, and in UTC when that is a time (RFC 5545 3.3.10). */
export function untilText(frame: TimeFrame, day: number, startWall: number): string {
  if (frame.kind === "date") return wallText(day).slice(0, 8);
  if (frame.kind === "floating") return wallText(day + timeOfDay(startWall));
  return formatUtc(frame.instantOf(day + timeOfDay(startWall))) ?? "";
}

/** 23:59:59 as milliseconds of the day. */
const LAST_SECOND = 86_399_000;

/**
 * The day that an Until means: by definition it is the start of the last instance, but bare dates at midnight or just
 * before the next one are in use too (MAPPING.md 7.3).
 */
export function untilDay(frame: TimeFrame, until: number, startWall: number): number {
  const time = timeOfDay(until);
  if (frame.kind === "date") return time === LAST_SECOND ? dayOf(until) : frame.wallOf(until);
  const wall = frame.wallOf(until);
  if (timeOfDay(wall) === timeOfDay(startWall)) return dayOf(wall);
  return time === 0 || time === LAST_SECOND ? dayOf(until) : dayOf(wall);
}
