import type { Temporal } from "temporal-polyfill";

/** A Recurrence element as numbers, with what it lacks left out. */
export interface SourceRule {
  readonly Type: number;
  readonly Interval?: number;
  readonly DayOfWeek?: number;
  readonly DayOfMonth?: number;
  readonly WeekOfMonth?: number;
  readonly MonthOfYear?: number;
  readonly FirstDayOfWeek?: number;
  readonly Occurrences?: number;
}

/** The model goes no further. */
const LAST_YEAR = 2041;

/**
 * The dates that a rule means, asked of one day after the other: slow, and written without a look at the mapping. A
 * day that a month lacks is its last one, as Outlook has it.
 */
export function sourceDates(rule: SourceRule, start: Temporal.PlainDate, limit: number): Temporal.PlainDate[] {
  const dates: Temporal.PlainDate[] = [];
  const most = Math.min(limit, rule.Occurrences ?? limit);
  for (let day = start; dates.length < most && day.year < LAST_YEAR; day = day.add({ days: 1 })) {
    if (isInstance(rule, start, day)) dates.push(day);
  }
  return dates;
}

/** True when the rule, begun on a date, names the day. */
function isInstance(rule: SourceRule, start: Temporal.PlainDate, day: Temporal.PlainDate): boolean {
  const every = Math.max(1, rule.Interval ?? 1);
  switch (rule.Type) {
    case 0:
      return start.until(day, { largestUnit: "days" }).days % every === 0 && isWeekday(rule.DayOfWeek ?? 127, day);
    case 1:
      return weeksBetween(start, day, rule.FirstDayOfWeek ?? 0) % every === 0 && isWeekday(rule.DayOfWeek ?? 0, day);
    case 2:
      return monthsBetween(start, day) % every === 0 && isMonthDay(rule.DayOfMonth ?? 0, day);
    case 3:
      return monthsBetween(start, day) % every === 0 && isNthWeekday(rule, day);
    case 5:
      return isYear(rule, start, day, every) && isMonthDay(rule.DayOfMonth ?? 0, day);
    default:
      return isYear(rule, start, day, every) && isNthWeekday(rule, day);
  }
}

/** True when Outlook moves the instance to the end of a shorter month. */
export function isMoved(rule: SourceRule, day: Temporal.PlainDate): boolean {
  return rule.DayOfMonth !== undefined && day.day < rule.DayOfMonth;
}

function isWeekday(mask: number, day: Temporal.PlainDate): boolean {
  return Math.floor(mask / 2 ** (day.dayOfWeek % 7)) % 2 === 1;
}

function weeksBetween(start: Temporal.PlainDate, day: Temporal.PlainDate, weekStart: number): number {
  const back = (date: Temporal.PlainDate): Temporal.PlainDate =>
    date.subtract({ days: ((date.dayOfWeek % 7) - weekStart + 7) % 7 });
  return back(start).until(back(day), { largestUnit: "weeks" }).weeks;
}

function monthsBetween(start: Temporal.PlainDate, day: Temporal.PlainDate): number {
  return (day.year - start.year) * 12 + day.month - start.month;
}

function isYear(rule: SourceRule, start: Temporal.PlainDate, day: Temporal.PlainDate, every: number): boolean {
  return (day.year - start.year) % every === 0 && day.month === rule.MonthOfYear;
}

function isMonthDay(wanted: number, day: Temporal.PlainDate): boolean {
  return day.day === Math.min(wanted, day.daysInMonth);
}

function isNthWeekday(rule: SourceRule, day: Temporal.PlainDate): boolean {
  const mask = rule.DayOfWeek ?? 0;
  if (!isWeekday(mask, day)) return false;
  const all = Array.from({ length: day.daysInMonth }, (_, i) => day.with({ day: i + 1 }));
  const named = all.filter((each) => isWeekday(mask, each));
  const wanted = rule.WeekOfMonth === 5 ? named.at(-1) : named[(rule.WeekOfMonth ?? 1) - 1];
  return wanted?.equals(day) ?? false;
}
