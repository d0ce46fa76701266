import { changesInYears, type IanaZone } from "./iana-zone.ts";
import { MINUTE_MILLIS, type Onset, onsetWallMillis, type ZoneChange, type ZoneRules } from "./zone-rules.ts";

/** Years after the first one by which "the fourth Sunday" and "the last Sunday" are told apart. */
const FOLLOWING_YEARS = 4;

/**
 * The rules by which an IANA zone changes its clock in the year of an instant, for its VTIMEZONE. A zone that does not
 * change twice in that year is given its offset at the instant alone.
 */
export function deriveRules(zone: IanaZone, instantMillis: number): ZoneRules {
  const [first, second, ...others] = changesInYears(zone, instantMillis, instantMillis);
  const fixed: ZoneRules = { standardMinutes: zone.offsetAt(instantMillis) / MINUTE_MILLIS, daylight: null };
  if (first === undefined || second === undefined || others.length > 0 || first.from !== second.to) return fixed;
  const [begin, end] = first.to > first.from ? [first, second] : [second, first];
  const begins = deriveOnset(zone, begin);
  const ends = deriveOnset(zone, end);
  const offsetMinutes = begin.to / MINUTE_MILLIS;
  return { standardMinutes: begin.from / MINUTE_MILLIS, daylight: { offsetMinutes, begins, ends } };
}

function deriveOnset(zone: IanaZone, change: ZoneChange): Onset {
  const wall = new Date(change.atMillis + change.from);
  const onset: Onset = {
    year: 0,
    month: wall.getUTCMonth() + 1,
    weekday: wall.getUTCDay(),
    day: Math.min(5, Math.ceil(wall.getUTCDate() / 7)),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
  };
  const last = { ...onset, day: 5 };
  const year = wall.getUTCFullYear();
  const isLast = onsetWallMillis(last, year) === wall.getTime();
  return isLast && yearsKept(zone, last, change, year) > yearsKept(zone, onset, change, year) ? last : onset;
}

/** In how many of the following years the zone changes just when the onset says. */
function yearsKept(zone: IanaZone, onset: Onset, { from }: ZoneChange, year: number): number {
  const instants = new Set(zone.changes.map(({ atMillis }) => atMillis));
  let kept = 0;
  for (let next = year + 1; next <= year + FOLLOWING_YEARS; next += 1) {
    if (instants.has(onsetWallMillis(onset, next) - from)) kept += 1;
  }
  return kept;
}
