import { parseTimeZone } from "./parse-vtimezone.ts";
import { wallText } from "./vtimezone.ts";
import { instantOf, type Zone, zoneOf } from "./zone-rules.ts";

/** A VCALENDAR as unfolded content lines. */
export interface CalendarObject {
  readonly lines: readonly string[];
}

/** What became of an object in the merged calendar. */
export interface MergedObject {
  /** Its components, with the zones of the merged calendar; empty when it is left out. */
  readonly lines: readonly string[];
  /** True when another object gives its zone other rules (`tz-merge-conflict`). */
  readonly conflict: boolean;
}

/** One calendar made of several. */
export interface MergedCalendar {
  readonly lines: readonly string[];
  /** Indices of the objects with a `tz-merge-conflict`, ascending. */
  readonly conflicts: readonly number[];
  /** Those of them that are left out, because a series cannot be told in UTC. */
  readonly leftOut: readonly number[];
}

/**
 * The zones of a merged calendar: one VTIMEZONE per TZID, the one that most objects have (MAPPING.md 5.7). First each
 * object is counted, then each is taken; nothing of the objects is kept in between, however many there are.
 */
export class MergedZones {
  /** By TZID, how many objects have each VTIMEZONE, in the order in which they came. */
  readonly #votes = new Map<string, Map<string, number>>();

  count({ lines }: CalendarObject): void {
    for (const [tzid, text] of splitObject(lines).zones) {
      const votes = this.#votes.get(tzid) ?? new Map<string, number>();
      votes.set(text, (votes.get(text) ?? 0) + 1);
      this.#votes.set(tzid, votes);
    }
  }

  /** The VTIMEZONEs, in the order in which their TZIDs came. */
  zoneLines(): readonly string[] {
    return [...this.#votes.keys()].flatMap((tzid) => this.#chosen(tzid).split("\n"));
  }

  /** Takes an object that was counted. */
  take({ lines }: CalendarObject): MergedObject {
    const { zones, components } = splitObject(lines);
    const others = new Map([...zones].filter(([tzid, text]) => this.#chosen(tzid) !== text));
    if (others.size === 0) return { lines: components, conflict: false };
    if (components.some((line) => line.startsWith("RRULE:"))) return { lines: [], conflict: true };
    return { lines: components.map((line) => toUtc(line, others)), conflict: true };
  }

  /** Of equally many the first one stays. */
  #chosen(tzid: string): string {
    let best = "";
    let most = 0;
    for (const [text, count] of this.#votes.get(tzid) ?? []) {
      if (count > most) [best, most] = [text, count];
    }
    return best;
  }
}

/** Merges calendars of one component kind, in their order, under the head of the first. */
export function mergeCalendars(objects: readonly CalendarObject[]): MergedCalendar {
  const [first] = objects;
  if (first === undefined) return { lines: [], conflicts: [], leftOut: [] };
  const zones = new MergedZones();
  for (const object of objects) zones.count(object);
  const merged = objects.map((object) => zones.take(object));
  const conflicts = [...merged.keys()].filter((index) => merged[index]?.conflict);
  return {
    lines: [
      ...splitObject(first.lines).head,
      ...zones.zoneLines(),
      ...merged.flatMap(({ lines }) => lines),
      "END:VCALENDAR",
    ],
    conflicts,
    leftOut: conflicts.filter((index) => merged[index]?.lines.length === 0),
  };
}

interface ObjectParts {
  /** BEGIN:VCALENDAR and the calendar's own properties. */
  readonly head: readonly string[];
  /** The lines of each VTIMEZONE, joined by LF, by TZID. */
  readonly zones: ReadonlyMap<string, string>;
  readonly components: readonly string[];
}

function splitObject(lines: readonly string[]): ObjectParts {
  const inner = lines.slice(1, -1);
  const firstComponent = inner.findIndex((line) => line.startsWith("BEGIN:"));
  const own = firstComponent === -1 ? inner : inner.slice(0, firstComponent);
  const zones = new Map<string, string>();
  const components: string[] = [];
  let zone: string[] | null = null;
  for (const line of inner.slice(own.length)) {
    if (line === "BEGIN:VTIMEZONE") zone = [];
    (zone ?? components).push(line);
    if (line !== "END:VTIMEZONE" || zone === null) continue;
    const tzid = zone.find((each) => each.startsWith("TZID:"))?.slice("TZID:".length) ?? "";
    zones.set(tzid, zone.join("\n"));
    zone = null;
  }
  return { head: [lines[0] ?? "BEGIN:VCALENDAR", ...own], zones, components };
}

const ZONED_TIME = /^([A-Z-]+);TZID=([^:;]+):(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})$/;

/** A time in one of the zones, told in UTC; any other line as it is. */
function toUtc(line: string, zones: ReadonlyMap<string, string>): string {
  const [, name = "", tzid = "", ...digits] = ZONED_TIME.exec(line) ?? [];
  const text = zones.get(tzid);
  if (text === undefined) return line;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = digits.map(Number);
  const zone: Zone = zoneOf(parseTimeZone(text.split("\n")));
  return `${name}:${wallText(instantOf(zone, Date.UTC(year, month - 1, day, hour, minute, second)))}Z`;
}
