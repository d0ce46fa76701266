import { dayOf } from "./all-day.ts";
import { parseInstant } from "./parse-instant.ts";
import { parseRecurrence, type RecurrencePattern, type Warn } from "./recurrence-pattern.ts";
import { isClipped, ruleText } from "./recurrence-rule.ts";
import type { MappingOptions, SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";
import { type TimeFrame, untilDay, untilText } from "./time-frame.ts";
import { unrollPattern } from "./unroll-pattern.ts";

/** A recurring item: its rule, and the instances that the source means by it. */
export interface Series {
  /** Value of RRULE. */
  readonly rule: string;
  /** True when it has a last instance. */
  readonly isBounded: boolean;
  /** Dates of the instances up to a date, as midnights read as UTC; the start is always among them. */
  daysUpTo(lastDay: number): Generator<number>;
}

/** Where a series begins and how it is written. */
export interface SeriesStart {
  readonly frame: TimeFrame;
  readonly startWall: number;
  readonly clip: MappingOptions["clip"];
}

/**
 * Reads a Recurrence element (MAPPING.md 7).
 *
 * @returns null when there is none, when iCalendar cannot express it, or when it has no instance
 */
export function readSeries(recurrence: SyncElement | null, at: SeriesStart, warn: Warn): Series | null {
  if (recurrence === null || recurrence.children.length === 0) return null;
  const firstDay = dayOf(at.startWall);
  const pattern = parseRecurrence(recurrence, firstDay, warn);
  if (pattern === null) return null;
  const lastDay = pattern.count === null ? readLastDay(recurrence, at, warn) : null;
  const [first] = unrollPattern(pattern, firstDay);
  if (lastDay !== null && lastDay < (first ?? firstDay)) {
    warn("recurrence-invalid");
    return null;
  }
  if (first !== firstDay) warn("dtstart-off-pattern");
  return {
    rule: ruleOf(pattern, lastDay, at, warn),
    isBounded: pattern.count !== null || lastDay !== null,
    daysUpTo: (day) => unrollUpTo(pattern, firstDay, day, lastDay),
  };
}

function readLastDay(recurrence: SyncElement, at: SeriesStart, warn: Warn): number | null {
  const text = fieldText(recurrence, "Until");
  const until = parseInstant(text);
  if (until !== null) return untilDay(at.frame, until, at.startWall);
  if (text !== null) warn("recurrence-invalid");
  return null;
}

function ruleOf(pattern: RecurrencePattern, lastDay: number | null, at: SeriesStart, warn: Warn): string {
  const isSkipping = isClipped(pattern) && at.clip === "plain";
  if (isSkipping) warn("recurrence-month-clip");
  // Skipped months would be made up for by instances behind the last one of the source.
  const last = isSkipping && pattern.count !== null ? lastCounted(pattern, dayOf(at.startWall)) : lastDay;
  const until = last === null ? null : untilText(at.frame, last, at.startWall);
  return ruleText(pattern, { count: isSkipping ? null : pattern.count, until }, at.clip);
}

function lastCounted(pattern: RecurrencePattern, firstDay: number): number {
  let last = firstDay;
  for (const day of unrollPattern(pattern, firstDay)) last = day;
  return last;
}

function* unrollUpTo(
  pattern: RecurrencePattern,
  firstDay: number,
  upTo: number,
  lastDay: number | null,
): Generator<number> {
  const end = Math.min(upTo, lastDay ?? upTo);
  let previous: number | null = null;
  for (const day of unrollPattern(pattern, firstDay)) {
    // The start counts for readers even when its own rule leaves it out.
    if (previous === null && day !== firstDay && firstDay <= end) yield firstDay;
    previous = day;
    if (day > end) return;
    yield day;
  }
  if (previous === null && firstDay <= end) yield firstDay;
}
