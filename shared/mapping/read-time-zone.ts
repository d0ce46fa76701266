import { findIana } from "windows-iana";
import { findIanaZone } from "./iana-zone.ts";
import { parseTimeZoneBlob, type TimeZoneBlob } from "./time-zone-blob.ts";
import { type Zone, type ZoneRules, zoneOf } from "./zone-rules.ts";
import { ABBREVIATIONS, KNOWN_RULES } from "./zone-table.ts";

/** An IANA zone that a blob may mean, and the rules to write into its VTIMEZONE. */
export interface ZoneCandidate {
  readonly id: string;
  readonly rules: ZoneRules;
  readonly zone: Zone;
  /** True when the blob does not name it. */
  readonly inferred: boolean;
  /** True when it holds only for series: the blob has lost its daylight saving (MAPPING.md 5.3). */
  readonly seriesOnly: boolean;
}

/** A usable TimeZone element. */
export interface SourceZone {
  readonly rules: ZoneRules;
  readonly zone: Zone;
  /** By which the dates of all-day items are told. */
  readonly dayZone: Zone;
  readonly hash: string;
  /** In the order in which they are to be tried; each still has to agree with the item's instants. */
  readonly candidates: readonly ZoneCandidate[];
}

const known = new Map<string, SourceZone | "empty" | "invalid">();
/** Sources use a handful of zones; one that writes a new blob into every item must not fill the memory. */
const MAX_KNOWN = 200;
/** 172 bytes are 232 characters, or a few more with line ends. */
const MAX_KEY_CHARS = 300;

/**
 * Reads a TimeZone element (MAPPING.md 5.2 and 5.3).
 *
 * @returns `empty` when it names no zone, `invalid` when it is malformed or its name contradicts its offsets
 */
export function readTimeZone(text: string): SourceZone | "empty" | "invalid" {
  const key = text.trim();
  if (key.length > MAX_KEY_CHARS) return readNew(key);
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  const zone = readNew(key);
  known.set(key, zone);
  return zone;
}

function readNew(text: string): SourceZone | "empty" | "invalid" {
  const blob = parseTimeZoneBlob(text);
  return typeof blob === "string" ? blob : sourceZone(blob);
}

function sourceZone(blob: TimeZoneBlob): SourceZone | "invalid" {
  const { rules, hash } = blob;
  const named = namedIds(blob);
  // A zone that never had this standard time: either the name or the numbers are wrong.
  if (named.length > 0 && !named.some((id) => findIanaZone(id)?.standardMinutes.has(rules.standardMinutes))) {
    return "invalid";
  }
  const zone = zoneOf(rules);
  const asNamed = (named.length > 0 ? named : abbreviatedIds(blob)).map((id) => candidate(id, rules, zone));
  const completed = completedCandidates(blob);
  const inferred = named.length > 0 ? [] : inferredIds(rules).map((id) => candidate(id, rules, zone, true));
  return {
    rules,
    zone,
    dayZone: completed[0]?.zone ?? zone,
    hash,
    candidates: [...asNamed, ...completed, ...inferred],
  };
}

function candidate(id: string, rules: ZoneRules, zone: Zone, inferred = false): ZoneCandidate {
  return { id, rules, zone, inferred, seriesOnly: false };
}

/** Zones that the blob names by a Windows name or by an IANA name. */
function namedIds(blob: TimeZoneBlob): readonly string[] {
  const windows = windowsNames(blob).flatMap((name) => findIana(name, "001").slice(0, 1));
  return [...new Set([...windows, ...containedIds(blob)])];
}

/** The daylight name tells as much as the standard name when that is missing. */
function windowsNames({ standardName, daylightName }: TimeZoneBlob): readonly string[] {
  return [standardName, daylightName.replace(/\bDaylight Time$/, "Standard Time")].filter((name) => name !== "");
}

function containedIds({ standardName, daylightName }: TimeZoneBlob): readonly string[] {
  const words = `${standardName} ${daylightName}`.match(/[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+/g) ?? [];
  return [...new Set(words.flatMap((word) => findIanaZone(word)?.id ?? []))];
}

/** Not "GMT" in "(GMT+01:00) Somewhere", which says where the zone is not. */
function abbreviatedIds({ standardName, daylightName }: TimeZoneBlob): readonly string[] {
  const words = `${standardName} ${daylightName}`.match(/\b[A-Z]{3,4}\b(?![+-]?\d)/g) ?? [];
  return [...new Set(words.flatMap((word) => ABBREVIATIONS[word] ?? []))];
}

/** Incomplete blobs: an IANA name whose daylight saving the blob has lost but the table knows. */
function completedCandidates(blob: TimeZoneBlob): readonly ZoneCandidate[] {
  if (blob.rules.daylight !== null) return [];
  const ids = containedIds(blob);
  return KNOWN_RULES.filter(
    ({ id, rules }) => ids.includes(id) && rules.standardMinutes === blob.rules.standardMinutes,
  ).map(({ id, rules }) => ({ id, rules, zone: zoneOf(rules), inferred: true, seriesOnly: true }));
}

/** The place that stands for daylight saving of this kind. */
function inferredIds(rules: ZoneRules): readonly string[] {
  if (rules.daylight === null) return [];
  const text = rulesText(rules);
  return KNOWN_RULES.filter((entry) => rulesText(entry.rules) === text).map(({ id }) => id);
}

function rulesText({ standardMinutes, daylight }: ZoneRules): string {
  if (daylight === null) return String(standardMinutes);
  const { offsetMinutes, begins, ends } = daylight;
  const numbers = [begins, ends].flatMap((onset) => [
    onset.year,
    onset.month,
    onset.weekday,
    onset.day,
    onset.hour,
    onset.minute,
    onset.second,
  ]);
  return [standardMinutes, offsetMinutes, ...numbers].join(" ");
}
