import { ReaderError } from "../errors.ts";
import { dayOf, timeOfDay } from "./all-day.ts";
import { parseInstant } from "./parse-instant.ts";
import type { Warn } from "./recurrence-pattern.ts";
import type { Series } from "./series.ts";
import type { SyncElement } from "./sync-element.ts";
import { child, childrenNamed, fieldFlag, fieldText } from "./sync-fields.ts";
import type { TimeFrame } from "./time-frame.ts";
import { DAY_MILLIS } from "./zone-rules.ts";

/** An Exception element that names its instance. */
export interface SourceException {
  /** The instance's original start, in milliseconds since 1970 UTC. */
  readonly original: number;
  readonly deleted: boolean;
  readonly element: SyncElement;
}

/** An exception with its instance as it is written. */
export interface ResolvedException extends SourceException {
  readonly originalWall: number;
}

/** The exceptions of an item; one that names no instance is passed over (MAPPING.md 8). */
export function readExceptions(data: SyncElement, warn: Warn): readonly SourceException[] {
  const container = child(data, "Exceptions");
  if (container === null) return [];
  const exceptions: SourceException[] = [];
  for (const element of childrenNamed(container, "Exception")) {
    const original = parseInstant(fieldText(element, "ExceptionStartTime", "InstanceId"));
    if (original === null) warn("exception-unresolved");
    else exceptions.push({ original, deleted: fieldFlag(element, "Deleted"), element });
  }
  return exceptions;
}

/**
 * Finds the instance that each exception means. Of two for one instance the later one counts. In the order of their
 * instances.
 *
 * @param startWall start of the series
 */
export function resolveExceptions(
  exceptions: readonly SourceException[],
  series: Series | null,
  at: { readonly frame: TimeFrame; readonly startWall: number },
  warn: Warn,
): readonly ResolvedException[] {
  if (exceptions.length === 0) return [];
  const last = exceptions.reduce((latest, { original }) => Math.max(latest, original), 0) + 2 * DAY_MILLIS;
  const days = new Set(series === null ? [dayOf(at.startWall)] : series.daysUpTo(last));
  const byInstance = new Map<number, ResolvedException>();
  for (const exception of exceptions) {
    const originalWall = resolve(exception.original, days, at, warn);
    byInstance.set(originalWall, { ...exception, originalWall });
  }
  return [...byInstance.values()].sort((a, b) => a.originalWall - b.originalWall);
}

/** Some devices write the instance's day with a wrong time, or the day alone, which is midnight UTC. */
function resolve(
  original: number,
  days: ReadonlySet<number>,
  { frame, startWall }: { readonly frame: TimeFrame; readonly startWall: number },
  warn: Warn,
): number {
  const wall = frame.wallOf(original);
  const time = timeOfDay(startWall);
  if (timeOfDay(wall) === time && days.has(dayOf(wall))) return wall;
  warn("exception-unresolved");
  const meant = [dayOf(wall), dayOf(original)];
  if (timeOfDay(original) === 0) meant.reverse();
  const day = meant.find((candidate) => days.has(candidate));
  return day === undefined ? wall : day + time;
}

/**
 * ApplicationData of an instance that was changed: what the exception does not say is as in the series (MS-ASCAL
 * 2.2.2.21); an element that is there but empty is cleared.
 */
export function overlayException(data: SyncElement, exception: SyncElement): SyncElement {
  const said = new Set(exception.children.map(({ name }) => name));
  const inherited = data.children.filter(({ name }) => !said.has(name) && !OF_SERIES.has(name));
  const own = exception.children.filter(({ name }) => !OF_SERIES.has(name) && !OF_EXCEPTION.has(name));
  return { ...data, children: [...inherited, ...own] };
}

/** What the changed instances of one series may repeat of it, so that a short source cannot fill the memory. */
const MAX_REPEATED_CHARS = 64 * 1024 * 1024;

/**
 * Each changed instance says all that its series says.
 *
 * @throws ReaderError readers/item-unmappable when that is more than any calendar holds
 */
export function checkRepetition(data: SyncElement, changedInstances: number): void {
  const inherited = data.children.filter(({ name }) => !OF_SERIES.has(name));
  const repeatedChars = changedInstances * inherited.reduce((sum, element) => sum + textLength(element), 0);
  if (repeatedChars <= MAX_REPEATED_CHARS) return;
  const message = `An event's ${changedInstances} changed instances would repeat ${repeatedChars} characters.`;
  throw new ReaderError("readers/item-unmappable", message, { details: { changedInstances, repeatedChars } });
}

function textLength(element: SyncElement): number {
  return element.text.length + element.children.reduce((sum, inner) => sum + textLength(inner), 0);
}

const OF_SERIES: ReadonlySet<string> = new Set(["Recurrence", "Exceptions", "StartTime", "EndTime", "UID", "TimeZone"]);
const OF_EXCEPTION: ReadonlySet<string> = new Set(["ExceptionStartTime", "InstanceId", "Deleted"]);
