import type { WarningCode } from "../items/warning.ts";
import { isGregorian } from "./source-elements.ts";
import type { SyncElement } from "./sync-element.ts";
import { fieldNumber, fieldText } from "./sync-fields.ts";
import { DAY_MILLIS } from "./zone-rules.ts";

/** Told of each thing that was noticed, repaired or guessed. */
export type Warn = (code: WarningCode) => void;

/** A recurrence rule as Outlook means it: a day that a month does not have is the month's last day. */
export interface RecurrencePattern {
  readonly unit: "day" | "week" | "month" | "year";
  readonly interval: number;
  /** Bits from Sunday = 1 to Saturday = 64; 0 when the rule names no weekday. */
  readonly weekdays: number;
  /** Which of the weekdays in the month, 1 to 4, 5 = the last; null when the rule goes by the day of the month. */
  readonly ordinal: number | null;
  /** 1 to 31; null when the rule goes by weekdays. */
  readonly monthDay: number | null;
  /** 1 to 12, for yearly rules. */
  readonly month: number | null;
  /** 0 = Sunday; null when the rule does not say. */
  readonly weekStart: number | null;
  /** Number of instances, or null. */
  readonly count: number | null;
}

const EVERY_DAY = 127;
/** WeekOfMonth of the last one. */
const LAST = 5;

/**
 * Parses a Recurrence element (MAPPING.md 7.1). What it lacks is taken from the first day.
 *
 * @param firstDay local date of the start, as milliseconds of its midnight read as UTC
 * @returns null when it is no rule that iCalendar can express; the reason is told to `warn`
 */
export function parseRecurrence(element: SyncElement, firstDay: number, warn: Warn): RecurrencePattern | null {
  const type = fieldNumber(element, "Type");
  const source: RuleSource = { read: readerOf(element, warn), firstDay };
  switch (type) {
    case 0:
      return dailyPattern(source, warn);
    case 1:
      return { ...basePattern(source), unit: "week", weekdays: weekdaysOf(source) };
    case 2:
    case 3:
    case 5:
    case 6:
      if (isGregorian(element)) return monthPattern(type, source);
      warn("recurrence-nongregorian");
      return null;
    default:
      warn("recurrence-invalid");
      return null;
  }
}

/** Reads a number within bounds; null when it is absent, or out of them, which is told. */
type ReadNumber = (name: string, min: number, max: number) => number | null;

/** A rule's elements, and the day that fills in for those it lacks. Only what its type needs is ever read. */
interface RuleSource {
  readonly read: ReadNumber;
  readonly firstDay: number;
}

function readerOf(element: SyncElement, warn: Warn): ReadNumber {
  return (name, min, max) => {
    const value = fieldNumber(element, name);
    if (value !== null && value >= min && value <= max) return value;
    if (fieldText(element, name) !== null) warn("recurrence-invalid");
    return null;
  };
}

function basePattern({ read }: RuleSource): RecurrencePattern {
  return {
    unit: "day",
    // An interval of 0 is how some writers say "every".
    interval: Math.max(1, read("Interval", 0, 100_000) ?? 1),
    weekdays: 0,
    ordinal: null,
    monthDay: null,
    month: null,
    weekStart: read("FirstDayOfWeek", 0, 6),
    count: read("Occurrences", 0, 1_000_000) || null,
  };
}

/** The weekdays that a rule names, else that of the first day. */
function weekdaysOf({ read, firstDay }: RuleSource): number {
  return read("DayOfWeek", 0, EVERY_DAY) || 1 << new Date(firstDay).getUTCDay();
}

/** "Every weekday" comes as a daily rule with weekdays. */
function dailyPattern(source: RuleSource, warn: Warn): RecurrencePattern {
  const base = basePattern(source);
  const weekdays = source.read("DayOfWeek", 0, EVERY_DAY) ?? 0;
  if (weekdays !== 0 && base.interval === 1) return { ...base, unit: "week", weekdays };
  if (weekdays !== 0) warn("recurrence-invalid");
  return { ...base, weekdays };
}

function monthPattern(type: 2 | 3 | 5 | 6, source: RuleSource): RecurrencePattern {
  const { read, firstDay } = source;
  const first = new Date(firstDay);
  const isYearly = type === 5 || type === 6;
  const month = isYearly ? (read("MonthOfYear", 1, 12) ?? first.getUTCMonth() + 1) : null;
  const pattern: RecurrencePattern = { ...basePattern(source), unit: isYearly ? "year" : "month", month };
  if (type === 2 || type === 5) return { ...pattern, monthDay: read("DayOfMonth", 1, 31) ?? first.getUTCDate() };
  const weekdays = weekdaysOf(source);
  return { ...pattern, weekdays, ordinal: read("WeekOfMonth", 1, LAST) ?? ordinalOf(firstDay, weekdays) };
}

/** Which of the month's days on these weekdays the first day is; any beyond the fourth counts as the last. */
function ordinalOf(firstDay: number, weekdays: number): number {
  if (weekdays === EVERY_DAY) return LAST;
  const days = Array.from({ length: new Date(firstDay).getUTCDate() }, (_, back) => firstDay - back * DAY_MILLIS);
  return Math.min(LAST, days.filter((day) => (weekdays & (1 << new Date(day).getUTCDay())) !== 0).length || 1);
}
