import { MAIN_COMPONENTS, propertyValue, uidOf } from "./complete-calendar.ts";
import { type CalendarEntry, type Component, ownLines } from "./component-tree.ts";
import { zoneId, zonesNamedIn } from "./define-zones.ts";

/** One object of a calendar: all components of one UID and kind, and what they need. */
export interface CalendarGroup {
  /** Name of its main components; null when it has none. */
  readonly component: string | null;
  readonly entries: readonly CalendarEntry[];
}

/**
 * Splits a calendar into one object per UID and component kind (RFC 4791 4.1), each with the calendar's properties
 * and the time zones that it names, in the original order. A calendar that holds one object is given as it is.
 */
export function* splitCalendar(entries: readonly CalendarEntry[]): Generator<CalendarGroup> {
  const groups = groupComponents(entries);
  const [only] = groups.values();
  if (groups.size <= 1) {
    yield { component: only?.component ?? null, entries };
    return;
  }
  const shared = entries.filter((entry) => typeof entry === "string" || entry.name === "VTIMEZONE");
  for (const group of groups.values()) {
    const zones = new Set(group.members.flatMap((member) => zonesNamedIn(member.lines)));
    const needed = shared.filter((entry) => typeof entry === "string" || zones.has(zoneId(entry)));
    yield { component: group.component, entries: [...needed, ...group.members] };
  }
}

interface Group {
  readonly component: string | null;
  readonly members: Component[];
}

function groupComponents(entries: readonly CalendarEntry[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  const strays: Component[] = [];
  for (const entry of entries) {
    if (typeof entry === "string" || entry.name === "VTIMEZONE") continue;
    const isMain = MAIN_COMPONENTS.has(entry.name);
    const uid = isMain ? uidOf(entry) : propertyValue(ownLines(entry), "UID");
    if (uid === null) {
      strays.push(entry);
      continue;
    }
    const key = `${entry.name}\0${uid}`;
    const group = groups.get(key) ?? { component: isMain ? entry.name : null, members: [] };
    group.members.push(entry);
    groups.set(key, group);
  }
  // Components without an id belong to nobody in particular; they stay with the first object.
  const [first] = groups.values();
  first?.members.push(...strays);
  return groups;
}
