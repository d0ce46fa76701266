import { changesInYears, findIanaZone, type IanaZone, TABLE_BEGIN, TABLE_END } from "./iana-zone.ts";
import type { SourceZone, ZoneCandidate } from "./read-time-zone.ts";
import { instantOf, wallMillis, type Zone, type ZoneRules } from "./zone-rules.ts";

/** A zone to write times in: its TZID, the rules of its VTIMEZONE, and the zone to compute wall times with. */
export interface ChosenZone {
  readonly tzid: string;
  readonly rules: ZoneRules;
  readonly zone: Zone;
  readonly warning: "tz-inferred" | "tz-custom" | null;
}

/** The instants of an item, as far as they depend on the zone in which a series is unrolled. */
export interface ZoneUse {
  /** Start, end, and those of exceptions. */
  readonly instants: readonly number[];
  /** Starts and ends of the instances of a series; null for a single item. */
  readonly instances: readonly number[] | null;
}

/**
 * Chooses how the times of an item are written (MAPPING.md 5.3 and 5.4).
 *
 * @param useIn the instants that the item uses when its series is unrolled in that zone
 * @returns null for UTC: a single item for which no IANA zone agrees
 */
export function chooseTimeZone(source: SourceZone, useIn: (zone: Zone) => ZoneUse): ChosenZone | null {
  const uses = new Map<Zone, ZoneUse>();
  for (const candidate of source.candidates) {
    const use = uses.get(candidate.zone) ?? useIn(candidate.zone);
    uses.set(candidate.zone, use);
    if (candidate.seriesOnly && use.instances === null) continue;
    if (agrees(candidate, use)) return chosen(candidate);
  }
  const use = uses.get(source.zone) ?? useIn(source.zone);
  return use.instances === null ? null : privateZone(source);
}

function chosen({ id, rules, zone, inferred }: ZoneCandidate): ChosenZone {
  return { tzid: id, rules, zone, warning: inferred ? "tz-inferred" : null };
}

/**
 * True when the zone and the rules give the same times at every instant that the item uses: readers that know the
 * zone pass over the VTIMEZONE, and must see what the others see.
 */
function agrees({ id, rules, zone }: ZoneCandidate, use: ZoneUse): boolean {
  const iana = findIanaZone(id);
  if (iana === null) return false;
  const all = [...use.instants, ...(use.instances ?? [])];
  const { first, last } = span(all);
  if (first < TABLE_BEGIN || last >= TABLE_END) return false;
  const observesDaylight = changesInYears(iana, first, last).length > 0;
  if (observesDaylight !== (rules.daylight !== null)) return false;
  if (!all.every((instant) => iana.offsetAt(instant) === zone.offsetAt(instant))) return false;
  return use.instances !== null || use.instants.every((instant) => isUnambiguous(iana, instant));
}

/** False in the hour that a clock shows twice, the second time: wall time would mean the first. */
function isUnambiguous(zone: IanaZone, instant: number): boolean {
  return instantOf(zone, wallMillis(zone, instant)) === instant;
}

function span(instants: readonly number[]): { readonly first: number; readonly last: number } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const instant of instants) {
    if (instant < first) first = instant;
    if (instant > last) last = instant;
  }
  return { first, last };
}

/** For series that no IANA zone agrees with: a name that readers know, and as the last resort one of our own. */
function privateZone({ rules, zone, hash }: SourceZone): ChosenZone {
  if (rules.daylight !== null) return { tzid: `HU01-${hash}`, rules, zone, warning: "tz-custom" };
  return { tzid: fixedName(rules.standardMinutes), rules, zone, warning: null };
}

/** POSIX counts west of Greenwich: UTC+3 is Etc/GMT-3. IANA has Etc/GMT+12 to Etc/GMT-14. */
function fixedName(minutes: number): string {
  const hours = minutes / 60;
  if (minutes === 0) return "Etc/UTC";
  if (Number.isInteger(hours) && hours >= -12 && hours <= 14)
    return `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
  // Without a colon, which would need quotes and breaks simple readers.
  const digits = (value: number): string => String(value).padStart(2, "0");
  const absolute = Math.abs(minutes);
  return `UTC${minutes < 0 ? "-" : "+"}${digits(Math.floor(absolute / 60))}${digits(absolute % 60)}`;
}
