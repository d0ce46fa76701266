import { Temporal } from "temporal-polyfill";
import { countUpTo, MINUTE_MILLIS, tableZone, type Zone, type ZoneChange } from "./zone-rules.ts";

/**
 * An IANA zone as a table of its changes between 1970 and the end of 2050: looking a table up is a thousand times
 * faster than asking for each instant (measured), and items ask for many.
 */
export interface IanaZone extends Zone {
  /** As IANA spells it. */
  readonly id: string;
  /** Ascending. */
  readonly changes: readonly ZoneChange[];
  /** Standard offsets that the zone has had, in minutes. */
  readonly standardMinutes: ReadonlySet<number>;
}

/** Instants for which the tables hold. */
export const TABLE_BEGIN = Date.UTC(1970, 0, 1);
export const TABLE_END = Date.UTC(2051, 0, 1);

const zones = new Map<string, IanaZone | null>();
/** More names than there are zones; a source that invents names must not fill the memory. */
const MAX_ZONES = 600;

/** The zone of that IANA name, or null when there is none. */
export function findIanaZone(id: string): IanaZone | null {
  const known = zones.get(id);
  if (known !== undefined) return known;
  if (zones.size >= MAX_ZONES) zones.clear();
  const zone = isIanaName(id) ? readZone(id) : null;
  zones.set(id, zone);
  return zone;
}

function isIanaName(id: string): boolean {
  if (!/^[A-Za-z]/.test(id)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(id);
    return true;
  } catch {
    return false;
  }
}

function readZone(id: string): IanaZone {
  const first = Temporal.Instant.fromEpochMilliseconds(TABLE_BEGIN).toZonedDateTimeISO(id);
  const changes: ZoneChange[] = [];
  let from = offsetMillis(first);
  for (let at = next(first); at !== null && at.epochMilliseconds < TABLE_END; at = next(at)) {
    const to = offsetMillis(at);
    changes.push({ atMillis: at.epochMilliseconds, from, to });
    from = to;
  }
  const { offsetAt } = tableZone(changes, from);
  return { id: first.timeZoneId, changes, offsetAt, standardMinutes: standardOffsets(offsetAt) };
}

const next = (at: Temporal.ZonedDateTime): Temporal.ZonedDateTime | null => at.getTimeZoneTransition("next");
const offsetMillis = (at: Temporal.ZonedDateTime): number => at.offsetNanoseconds / 1_000_000;

/** Standard time is the lower offset of each year: that of January or that of July. */
function standardOffsets(offsetAt: (instant: number) => number): ReadonlySet<number> {
  const minutes = new Set<number>();
  for (let year = 1970; year <= 2050; year += 1) {
    const winterAndSummer = [offsetAt(Date.UTC(year, 0, 1)), offsetAt(Date.UTC(year, 6, 1))];
    minutes.add(Math.min(...winterAndSummer) / MINUTE_MILLIS);
  }
  return minutes;
}

/** The zone's changes in the years that two instants span. */
export function changesInYears(zone: IanaZone, fromMillis: number, toMillis: number): readonly ZoneChange[] {
  const begin = Date.UTC(new Date(fromMillis).getUTCFullYear(), 0, 1);
  const end = Date.UTC(new Date(toMillis).getUTCFullYear() + 1, 0, 1);
  return zone.changes.slice(countUpTo(zone.changes, begin - 1), countUpTo(zone.changes, end - 1));
}
