import { TABLE_END } from "./iana-zone.ts";
import type { RecurrencePattern } from "./recurrence-pattern.ts";
import { DAY_MILLIS } from "./zone-rules.ts";

/**
 * The dates of a rule as Outlook counts them, from the first day on, as milliseconds of their midnights read as UTC.
 * Ends with the rule's count, and in any case with the year 2050.
 */
export function* unrollPattern(pattern: RecurrencePattern, firstDay: number): Generator<number> {
  let left = pattern.count ?? Number.POSITIVE_INFINITY;
  for (const days of periods(pattern, firstDay)) {
    for (const day of days) {
      if (day < firstDay) continue;
      if (left === 0) return;
      left -= 1;
      yield day;
    }
  }
}

/** The days that the rule names, period by period: days, weeks, months or years, `interval` apart. */
function* periods(pattern: RecurrencePattern, firstDay: number): Generator<readonly number[]> {
  const first = new Date(firstDay);
  const year = first.getUTCFullYear();
  const month = first.getUTCMonth();
  const weekday = (first.getUTCDay() - (pattern.weekStart ?? 0) + 7) % 7;
  for (let step = 0; ; step += pattern.interval) {
    const begin = beginOf(pattern, { year, month, firstDay, weekStart: firstDay - weekday * DAY_MILLIS }, step);
    if (!(begin < TABLE_END)) return;
    yield daysFrom(pattern, begin);
  }
}

interface Anchor {
  readonly year: number;
  readonly month: number;
  readonly firstDay: number;
  readonly weekStart: number;
}

function beginOf(pattern: RecurrencePattern, anchor: Anchor, step: number): number {
  switch (pattern.unit) {
    case "day":
      return anchor.firstDay + step * DAY_MILLIS;
    case "week":
      return anchor.weekStart + step * 7 * DAY_MILLIS;
    case "month":
      return monthBegin(anchor.year, anchor.month + step);
    default:
      return monthBegin(anchor.year + step, (pattern.month ?? 1) - 1);
  }
}

/** Midnight of the first day of a month; months beyond the year's end count on. */
function monthBegin(year: number, month: number): number {
  return Date.UTC(year, month, 1);
}

function daysFrom(pattern: RecurrencePattern, begin: number): readonly number[] {
  if (pattern.unit === "day") return pattern.weekdays === 0 || isNamed(pattern, begin) ? [begin] : [];
  if (pattern.unit === "week") return daysBehind(begin, 7).filter((day) => isNamed(pattern, day));
  const date = new Date(begin);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  if (pattern.monthDay !== null) return [begin + (Math.min(pattern.monthDay, length) - 1) * DAY_MILLIS];
  const named = daysBehind(begin, length).filter((day) => isNamed(pattern, day));
  const day = pattern.ordinal === 5 ? named.at(-1) : named[(pattern.ordinal ?? 1) - 1];
  return day === undefined ? [] : [day];
}

function daysBehind(begin: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => begin + index * DAY_MILLIS);
}

function isNamed({ weekdays }: RecurrencePattern, day: number): boolean {
  return (weekdays & (1 << new Date(day).getUTCDay())) !== 0;
}
