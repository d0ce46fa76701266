import { findIana } from "windows-iana";
import type { WarningCode } from "../items/warning.ts";
import { deriveRules } from "../mapping/derive-rules.ts";
import { findIanaZone, type IanaZone } from "../mapping/iana-zone.ts";
import { timeZoneLines } from "../mapping/vtimezone.ts";
import { propertyValue } from "./complete-calendar.ts";
import { type CalendarEntry, type Component, ownLines } from "./component-tree.ts";
import { contentParameter, parseContentLine } from "./content-line.ts";

/**
 * Adds a VTIMEZONE for each zone that components name and the calendar does not define, which RFC 5545 3.2.19 forbids
 * and Outlook refuses. The name stays as it is; what it means is told by IANA or by Windows' list. A name that nobody
 * knows is left alone with the warning `tz-undefined`.
 *
 * @param stampMillis instant whose year gives the rules of a zone in which no start stands
 * @param warn is told what was added (`ics-repaired`) or left
 */
export function defineZones(
  entries: readonly CalendarEntry[],
  stampMillis: number,
  warn: (code: WarningCode) => void,
): readonly CalendarEntry[] {
  const components = entries.filter((entry) => typeof entry !== "string");
  const defined = new Set(components.filter(({ name }) => name === "VTIMEZONE").map(zoneId));
  const added: Component[] = [];
  for (const [id, startMillis] of zonesOf(components)) {
    if (defined.has(id)) continue;
    const zone = zoneNamed(id);
    warn(zone === null ? "tz-undefined" : "ics-repaired");
    if (zone === null) continue;
    const lines = timeZoneLines(id, deriveRules(zone, startMillis ?? stampMillis));
    added.push({ name: "VTIMEZONE", lines });
  }
  if (added.length === 0) return entries;
  const first = entries.findIndex((entry) => typeof entry !== "string");
  return [...entries.slice(0, first), ...added, ...entries.slice(first)];
}

/** TZID of a VTIMEZONE. */
export function zoneId(zone: Component): string {
  return propertyValue(ownLines(zone), "TZID")?.trim() ?? "";
}

/** Zones that content lines name by a TZID parameter, in order. */
export function zonesNamedIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => namedZone(line)?.id ?? []);
}

/** Zones that components name, in order, each with the earliest time in it. */
function zonesOf(components: readonly Component[]): ReadonlyMap<string, number | null> {
  const zones = new Map<string, number | null>();
  for (const { name, lines } of components) {
    if (name === "VTIMEZONE") continue;
    for (const line of lines) {
      const named = namedZone(line);
      if (named === null) continue;
      const earliest = zones.get(named.id) ?? null;
      const isEarlier = named.millis !== null && (earliest === null || named.millis < earliest);
      zones.set(named.id, isEarlier ? named.millis : earliest);
    }
  }
  return zones;
}

function namedZone(line: string): { readonly id: string; readonly millis: number | null } | null {
  if (!/;TZID=/i.test(line)) return null;
  const parsed = parseContentLine(line);
  const id = contentParameter(parsed, "TZID")?.trim() ?? "";
  return id === "" ? null : { id, millis: dateMillis(parsed.value) };
}

/** The date of a DATE or DATE-TIME: near enough to find the year whose rules hold. */
function dateMillis(value: string): number | null {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})/.exec(value.trim()) ?? [];
  return year === undefined || Number(year) < 1900 ? null : Date.UTC(Number(year), Number(month) - 1, Number(day));
}

/** Nothing that would have to be escaped in a TZID property. */
const PLAIN_NAME = /^[\w ./+()&-]{1,200}$/;

/** `Europe/Berlin`, `W. Europe Standard Time`, or `/somebody.example/1.0/Europe/Berlin` as libical writes it. */
function zoneNamed(id: string): IanaZone | null {
  if (!PLAIN_NAME.test(id)) return null;
  const [windows] = findIana(id, "001");
  const segments = id.split("/");
  const tails = id.startsWith("/") ? [segments.slice(-2), segments.slice(-3)].map((tail) => tail.join("/")) : [];
  for (const name of [...(windows === undefined ? [] : [windows]), id, ...tails]) {
    const zone = findIanaZone(name);
    if (zone !== null) return zone;
  }
  return null;
}
