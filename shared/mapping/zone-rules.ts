/** A yearly change of the clock: the n-th weekday of a month, at a time of day (SYSTEMTIME of MS-ASDTYPE 2.7.6). */
export interface Onset {
  /** 0 = every year; else the one year in which it happens, and `day` is the day of the month. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  /** Which of these weekdays, 1 to 4, or 5 for the last; with a year: day of the month. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Daylight saving of a zone. Both onsets are told in the wall time that holds until then. */
export interface DaylightRules {
  /** Minutes east of UTC. */
  readonly offsetMinutes: number;
  readonly begins: Onset;
  readonly ends: Onset;
}

/** What a VTIMEZONE of one STANDARD and at most one DAYLIGHT can say. */
export interface ZoneRules {
  /** Minutes east of UTC outside daylight saving. */
  readonly standardMinutes: number;
  readonly daylight: DaylightRules | null;
}

/** A zone as something to compute with. */
export interface Zone {
  /** Milliseconds east of UTC at an instant (milliseconds since 1970 UTC). */
  offsetAt(instantMillis: number): number;
}

export const UTC_ZONE: Zone = { offsetAt: () => 0 };

export const MINUTE_MILLIS = 60_000;
export const DAY_MILLIS = 86_400_000;

/** Wall time of an instant: the milliseconds since 1970 UTC of the same digits read as UTC. */
export function wallMillis(zone: Zone, instantMillis: number): number {
  return instantMillis + zone.offsetAt(instantMillis);
}

/**
 * The instant of a wall time. A time that occurs twice is its first occurrence, and one that is left out is counted
 * with the offset before the gap (RFC 5545 3.3.5).
 */
export function instantOf(zone: Zone, wall: number): number {
  // No zone is further from UTC than a day, so these two stand on either side of a change near `wall`.
  const before = zone.offsetAt(wall - DAY_MILLIS);
  const early = wall - before;
  if (zone.offsetAt(early) === before) return early;
  const late = wall - zone.offsetAt(wall + DAY_MILLIS);
  return wallMillis(zone, late) === wall ? late : early;
}

/** Years for which the yearly rules are worked out. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2100;

/** A change of the clock. */
export interface ZoneChange {
  readonly atMillis: number;
  /** Milliseconds east of UTC until then. */
  readonly from: number;
  /** Milliseconds east of UTC from then on. */
  readonly to: number;
}

/** A zone by its changes, ascending; before the first one its `from` holds. */
export function tableZone(changes: readonly ZoneChange[], onlyOffset: number): Zone {
  const first = changes[0]?.from ?? onlyOffset;
  return {
    offsetAt(instant) {
      const past = countUpTo(changes, instant);
      return past === 0 ? first : (changes[past - 1] as ZoneChange).to;
    },
  };
}

/** How many of the changes, which are ascending, lie at or before the instant. */
export function countUpTo(changes: readonly ZoneChange[], instant: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle] as ZoneChange).atMillis <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The zone that rules describe, as a reader of their VTIMEZONE computes it. */
export function zoneOf({ daylight, standardMinutes }: ZoneRules): Zone {
  const standard = standardMinutes * MINUTE_MILLIS;
  if (daylight === null) return tableZone([], standard);
  const summer = daylight.offsetMinutes * MINUTE_MILLIS;
  const changes: ZoneChange[] = [];
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1) {
    changes.push(...changeIn(year, daylight.begins, standard, summer));
    changes.push(...changeIn(year, daylight.ends, summer, standard));
  }
  changes.sort((a, b) => a.atMillis - b.atMillis);
  return tableZone(changes, standard);
}

function changeIn(year: number, onset: Onset, from: number, to: number): readonly ZoneChange[] {
  if (onset.year !== 0 && onset.year !== year) return [];
  return [{ atMillis: onsetWallMillis(onset, year) - from, from, to }];
}

/** Wall time of an onset in a year, as digits read as UTC. */
export function onsetWallMillis(onset: Onset, year: number): number {
  const day = onset.year === 0 ? ordinalDay(onset, year) : onset.day;
  return Date.UTC(year, onset.month - 1, day, onset.hour, onset.minute, onset.second);
}

function ordinalDay({ month, weekday, day: ordinal }: Onset, year: number): number {
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const first = 1 + ((weekday - firstWeekday + 7) % 7);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const day = first + (ordinal - 1) * 7;
  return day > days ? day - 7 : day;
}
