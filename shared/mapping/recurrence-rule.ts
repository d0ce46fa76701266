import type { RecurrencePattern } from "./recurrence-pattern.ts";
import type { MappingOptions } from "./sync-element.ts";

const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;
const EVERY_DAY = 127;
const FREQUENCIES = { day: "DAILY", week: "WEEKLY", month: "MONTHLY", year: "YEARLY" } as const;

/** How an RRULE ends. */
export interface RuleEnd {
  readonly count: number | null;
  /** Value of UNTIL, of the type of DTSTART. */
  readonly until: string | null;
}

/** The value of an RRULE, its parts in the canonical order of MAPPING.md 7.1. */
export function ruleText(pattern: RecurrencePattern, end: RuleEnd, clip: MappingOptions["clip"]): string {
  const days = pattern.unit === "month" || pattern.unit === "year" ? monthParts(pattern, clip) : weekParts(pattern);
  const weekStart = pattern.weekStart ?? (pattern.unit === "week" && pattern.interval > 1 ? 0 : null);
  return [
    `FREQ=${FREQUENCIES[pattern.unit]}`,
    ...(pattern.interval > 1 ? [`INTERVAL=${pattern.interval}`] : []),
    ...(pattern.month === null ? [] : [`BYMONTH=${pattern.month}`]),
    ...days,
    ...(end.count === null ? [] : [`COUNT=${end.count}`]),
    ...(end.count === null && end.until !== null ? [`UNTIL=${end.until}`] : []),
    ...(weekStart === null ? [] : [`WKST=${WEEKDAYS[weekStart]}`]),
  ].join(";");
}

function weekParts({ weekdays }: RecurrencePattern): readonly string[] {
  return weekdays === 0 ? [] : [`BYDAY=${namesOf(weekdays).join(",")}`];
}

function namesOf(weekdays: number): readonly string[] {
  return WEEKDAYS.filter((_, bit) => (weekdays & (1 << bit)) !== 0);
}

function monthParts(pattern: RecurrencePattern, clip: MappingOptions["clip"]): readonly string[] {
  const { weekdays, ordinal, monthDay } = pattern;
  if (monthDay !== null) return monthDayParts(pattern, monthDay, clip);
  const position = ordinal === 5 ? -1 : (ordinal ?? 1);
  if (weekdays === EVERY_DAY) return [`BYMONTHDAY=${position}`];
  const names = namesOf(weekdays);
  if (names.length === 1) return [`BYDAY=${position}${names[0]}`];
  // A number before each day would mean one instance per weekday.
  return [`BYDAY=${names.join(",")}`, `BYSETPOS=${position}`];
}

function monthDayParts(pattern: RecurrencePattern, day: number, clip: MappingOptions["clip"]): readonly string[] {
  if (isAlwaysLast(pattern, day)) return ["BYMONTHDAY=-1"];
  if (clip === "plain" || !isClipped(pattern)) return [`BYMONTHDAY=${day}`];
  if (pattern.unit === "year") return ["BYMONTHDAY=-1"];
  const days = Array.from({ length: day - 27 }, (_, index) => 28 + index);
  return [`BYMONTHDAY=${days.join(",")}`, "BYSETPOS=-1"];
}

/** True when the day is the last one of each month that the rule names, be it there or not. */
function isAlwaysLast({ unit, month }: RecurrencePattern, day: number): boolean {
  return unit === "month" ? day === 31 : day > longestMonth(month ?? 1);
}

/**
 * True when Outlook moves instances of the rule to the end of a shorter month and iCalendar skips them. That is so of
 * February only: day 31 is written as the last day of any month.
 */
export function isClipped({ unit, month, monthDay }: RecurrencePattern): boolean {
  if (unit === "month") return monthDay === 29 || monthDay === 30;
  return unit === "year" && month === 2 && monthDay === 29;
}

function longestMonth(month: number): number {
  return new Date(Date.UTC(2000, month, 0)).getUTCDate();
}
