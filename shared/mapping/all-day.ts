import { DAY_MILLIS, MINUTE_MILLIS, wallMillis, type Zone } from "./zone-rules.ts";

/** From this time of day (UTC) on, an instant is taken for the midnight of the next day somewhere east. */
const EASTERN_HOUR = 11;
const LAST_MINUTE = 23 * 60 + 59;

/** Tells the dates of all-day items, which come as instants (MAPPING.md 6). */
export interface DateTeller {
  /** The zone whose midnights the instants are; null when the item names none. */
  readonly zone: Zone | null;
  /** Told that a date was inferred from the time of day alone. */
  readonly onInferred: () => void;
}

/** Midnight of the day that contains a wall time. */
export function dayOf(wall: number): number {
  return Math.floor(wall / DAY_MILLIS) * DAY_MILLIS;
}

/** Time of day of a wall time in milliseconds. */
export function timeOfDay(wall: number): number {
  return wall - dayOf(wall);
}

/** The date that an instant means, as milliseconds of its midnight read as UTC. */
export function dateOf(teller: DateTeller, instant: number): number {
  if (timeOfDay(instant) === 0) return instant;
  if (teller.zone !== null) return dayOf(wallMillis(teller.zone, instant));
  teller.onInferred();
  const hour = timeOfDay(instant) / (60 * MINUTE_MILLIS);
  return hour >= EASTERN_HOUR ? dayOf(instant) + DAY_MILLIS : dayOf(instant);
}

/** The exclusive end date of an item that begins on a date: at least one day later. */
export function endDateOf(teller: DateTeller, startInstant: number, endInstant: number | null): number {
  const start = dateOf(teller, startInstant);
  if (endInstant === null) return start + DAY_MILLIS;
  return Math.max(start + DAY_MILLIS, roundedEnd(teller, startInstant, endInstant));
}

/** Some writers end a day a minute early; the minute is one of the clock that the start is told by. */
function roundedEnd(teller: DateTeller, startInstant: number, endInstant: number): number {
  const zone = timeOfDay(startInstant) === 0 ? null : teller.zone;
  const isUtc = timeOfDay(startInstant) === 0;
  const wall = zone === null ? endInstant : wallMillis(zone, endInstant);
  const isLastMinute = (isUtc || zone !== null) && timeOfDay(wall) >= LAST_MINUTE * MINUTE_MILLIS;
  return isLastMinute ? dayOf(wall) + DAY_MILLIS : dateOf(teller, endInstant);
}
