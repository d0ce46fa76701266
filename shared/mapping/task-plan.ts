import { ReaderError } from "../errors.ts";
import { dayOf, timeOfDay } from "./all-day.ts";
import type { ChosenZone } from "./choose-time-zone.ts";
import { parseInstant } from "./parse-instant.ts";
import type { Warn } from "./recurrence-pattern.ts";
import { readSeries } from "./series.ts";
import type { MappingOptions, SyncElement } from "./sync-element.ts";
import { child, fieldFlag, fieldText } from "./sync-fields.ts";
import { dateFrame, type TimeFrame, timedFrame, timeLine } from "./time-frame.ts";
import { zoneForSeries } from "./zone-for-series.ts";

/** The times of a task as they are written. */
export interface TaskPlan {
  /** DTSTART, DUE, RRULE and what stands for a rule that iCalendar has no words for. */
  readonly lines: readonly string[];
  readonly zone: ChosenZone | null;
  /** Start, else due date, as milliseconds since 1970 UTC; null for a task without dates. */
  readonly dateMillis: number | null;
}

/** A date that comes twice: as an instant, and as the digits of the owner's clock. */
interface TaskDate {
  /** Milliseconds since 1970 UTC; null when only the digits are known. */
  readonly utc: number | null;
  /** The digits, read as UTC; null when only the instant is known. */
  readonly local: number | null;
}

/**
 * Decides how the times of a task are written (MAPPING.md 10).
 *
 * @throws ReaderError readers/item-unmappable when a date is there but cannot be read
 */
export function planTask(data: SyncElement, options: MappingOptions, warn: Warn): TaskPlan {
  const start = readDate(data, "UtcStartDate", "StartDate");
  const due = readDate(data, "UtcDueDate", "DueDate");
  const recurrence = child(data, "Recurrence");
  const isOver = recurrence === null || recurrence.children.length === 0 || fieldFlag(recurrence, "DeadOccur");
  if (isOver) return singlePlan(start, due, []);
  if (fieldFlag(recurrence, "Regenerate")) {
    // "A week after completion" depends on what has not happened yet.
    warn("recurrence-invalid");
    return singlePlan(start, due, ["X-HU01-REGENERATE:1"]);
  }
  const first = seriesStart(recurrence, start, due);
  if (first === null) {
    warn("recurrence-invalid");
    return singlePlan(start, due, []);
  }
  return seriesPlan(recurrence, first, due, options, warn);
}

function readDate(data: SyncElement, utcName: string, localName: string): TaskDate | null {
  const [utc = null, local = null] = [utcName, localName].map((name) => {
    const text = fieldText(data, name);
    const millis = parseInstant(text);
    if (text !== null && millis === null) throw unreadable();
    return millis;
  });
  return utc === null && local === null ? null : { utc, local };
}

const unreadable = (): ReaderError =>
  new ReaderError("readers/item-unmappable", "A task has a date that cannot be read.");

/** DTSTART of a recurring task: the rule's own start, else the task's, else the date on which it is due. */
function seriesStart(recurrence: SyncElement, start: TaskDate | null, due: TaskDate | null): TaskDate | null {
  const text = fieldText(recurrence, "Start");
  const utc = parseInstant(text);
  if (text !== null && utc === null) throw unreadable();
  if (utc === null) return start ?? due;
  if (timeOfDay(utc) === 0) return { utc, local: utc };
  const ahead = aheadOfUtc(start) ?? aheadOfUtc(due);
  return { utc, local: ahead === null ? null : utc + ahead };
}

/** How far the owner's clock is ahead of UTC, when a date tells. */
function aheadOfUtc(date: TaskDate | null): number | null {
  return date === null || date.utc === null || date.local === null ? null : date.local - date.utc;
}

function singlePlan(start: TaskDate | null, due: TaskDate | null, others: readonly string[]): TaskPlan {
  const lead = start ?? due;
  if (lead === null) return { lines: others, zone: null, dateMillis: null };
  const frame = frameOf(lead);
  const startWall = start === null ? null : wallOf(start, frame, lead);
  const dueWall = due === null ? null : wallOf(due, frame, lead);
  // RFC 5545 3.6.2: DUE must be later than DTSTART, and the due date is what a task is for.
  const keepsStart = startWall !== null && (dueWall === null || dueWall > startWall);
  const lines = [
    ...(keepsStart ? [timeLine("DTSTART", frame, startWall)] : []),
    ...(dueWall === null ? [] : [timeLine("DUE", frame, dueWall)]),
  ];
  return { lines: [...lines, ...others], zone: null, dateMillis: startWall ?? dueWall };
}

function seriesPlan(
  recurrence: SyncElement,
  first: TaskDate,
  due: TaskDate | null,
  options: MappingOptions,
  warn: Warn,
): TaskPlan {
  const plain = frameOf(first);
  const zone = plain.kind === "utc" ? zoneForSeries(options, first.utc ?? 0, warn) : null;
  const frame = zone === null ? plain : timedFrame(zone);
  const startWall = wallOf(first, frame, first);
  const dueWall = due === null ? null : wallOf(due, frame, first);
  const series = readSeries(recurrence, { frame, startWall, clip: options.clip }, warn);
  const lines = [
    timeLine("DTSTART", frame, startWall),
    ...(dueWall !== null && dueWall > startWall ? [timeLine("DUE", frame, dueWall)] : []),
    ...(series === null ? [] : [`RRULE:${series.rule}`]),
  ];
  return { lines, zone, dateMillis: startWall };
}

/** Tasks are dates, unless the owner's clock shows another time than midnight. */
function frameOf({ utc, local }: TaskDate): TimeFrame {
  if (timeOfDay(local ?? utc ?? 0) === 0) return dateFrame({ zone: null, onInferred: () => {} });
  return utc === null ? FLOATING : timedFrame(null);
}

/** Digits of an unknown clock. */
const FLOATING: TimeFrame = { ...timedFrame(null), kind: "floating" };

/** A date in the frame of another one, whose difference from UTC may fill in for what this one lacks. */
function wallOf(date: TaskDate, frame: TimeFrame, lead: TaskDate): number {
  const ahead = aheadOfUtc(date) ?? aheadOfUtc(lead) ?? 0;
  const local = date.local ?? (date.utc ?? 0) + ahead;
  if (frame.kind === "date") return dayOf(local);
  if (frame.kind === "floating") return local;
  return frame.wallOf(date.utc ?? local - ahead);
}
