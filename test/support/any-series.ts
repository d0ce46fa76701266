import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import type { MappedObject } from "../../shared/mapping/sync-element.ts";
import { compact, type EventCase, mapped } from "./calendar-objects.ts";
import { isMoved, type SourceRule, sourceDates } from "./source-rule.ts";
import { mapContext } from "./sync-elements.ts";
import type { BLOBS } from "./time-zone-blobs.ts";

/** The zone that each blob describes; the last one has none. */
export const ZONES: Readonly<Partial<Record<keyof typeof BLOBS, string>>> = {
  WEU: "Europe/Berlin",
  PST: "America/Los_Angeles",
  AUS: "Australia/Sydney",
  IND: "Asia/Kolkata",
  P530: "+05:30",
  ZERO: "UTC",
};

/** How many instances are compared. */
export const LIMIT = 24;
/** The model goes no further. */
const HORIZON = "2040";
/** Of starts, those that the model reaches. */
export const modelled = (starts: readonly string[]): readonly string[] => starts.filter((start) => start < HORIZON);

/** A series: its rule and where it begins. */
export interface RuleCase {
  readonly rule: SourceRule;
  readonly zone: keyof typeof BLOBS;
  readonly start: Temporal.PlainDateTime;
  readonly clip?: "plain" | "setpos";
}

/** Elements of a rule. */
export const fieldsOf = (rule: SourceRule) =>
  Object.fromEntries(Object.entries(rule).map(([name, value]) => [name, String(value)]));

/** Maps an event with the rule. */
export function mapRule({ rule, zone, start, clip = "plain" }: RuleCase): MappedObject {
  const zoned = start.toZonedDateTime(ZONES[zone] ?? "UTC");
  const eventCase: EventCase = {
    zone,
    fields: { StartTime: compact(zoned.epochMilliseconds) },
    rule: fieldsOf(rule),
    context: mapContext("2", "2:17", { clip }),
  };
  return mapped(eventCase);
}

/** True when iCalendar has no such instance: only February makes a difference that no rule can express. */
export function isSkipped(rule: SourceRule, day: Temporal.PlainDate): boolean {
  return (
    isMoved(rule, day) && (rule.DayOfMonth ?? 31) < 31 && day.month === 2 && (rule.Type === 2 || rule.DayOfMonth === 29)
  );
}

/** Instances as the source counts them; those that iCalendar skips are left out after counting. */
export function expectedStarts({ rule, zone, start, clip = "plain" }: RuleCase): readonly string[] {
  const dates = sourceDates(rule, start.toPlainDate(), 2 * LIMIT);
  const starts = dates
    .filter((day) => clip === "setpos" || !isSkipped(rule, day))
    .slice(0, LIMIT)
    .map((day) => day.toPlainDateTime(start.toPlainTime()).toZonedDateTime(ZONES[zone] ?? "UTC"))
    .map(({ epochMilliseconds }) => compact(epochMilliseconds));
  return modelled(starts);
}

const mask = fc.integer({ min: 1, max: 127 });
const ordinal = fc.integer({ min: 1, max: 5 });
const month = fc.integer({ min: 1, max: 12 });
const monthDay = fc.integer({ min: 1, max: 31 });
const interval = fc.integer({ min: 1, max: 4 });
const weekStart = fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined });

const anyRule: fc.Arbitrary<SourceRule> = fc.oneof(
  fc.record({ Type: fc.constant(0), Interval: interval }),
  fc.record({ Type: fc.constant(0), DayOfWeek: mask }),
  fc.record({ Type: fc.constant(1), Interval: interval, DayOfWeek: mask, FirstDayOfWeek: weekStart }),
  fc.record({ Type: fc.constant(2), Interval: interval, DayOfMonth: monthDay }),
  fc.record({ Type: fc.constant(3), Interval: interval, DayOfWeek: mask, WeekOfMonth: ordinal }),
  fc.record({ Type: fc.constant(5), Interval: interval, DayOfMonth: monthDay, MonthOfYear: month }),
  fc.record({ Type: fc.constant(6), Interval: interval, DayOfWeek: mask, WeekOfMonth: ordinal, MonthOfYear: month }),
);

/** Every type of rule, with every kind of part, in zones with and without daylight saving. */
export const anyCase: fc.Arbitrary<RuleCase> = fc
  .record({
    rule: anyRule,
    zone: fc.constantFrom<keyof typeof BLOBS>("WEU", "PST", "AUS", "IND", "P530", "ZERO"),
    day: fc.integer({ min: 0, max: 2000 }),
    // Not in the hours in which clocks change.
    hour: fc.integer({ min: 4, max: 23 }),
    count: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  })
  .map(({ rule, zone, day, hour, count }) => {
    const earliest = Temporal.PlainDate.from("2008-01-01").add({ days: day });
    const defined = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
    const full = { ...(defined as unknown as SourceRule), ...(count === undefined ? {} : { Occurrences: count }) };
    const [first = earliest] = sourceDates({ ...full, Interval: 1 }, earliest, 1);
    return { rule: full, zone, start: first.toPlainDateTime({ hour }) };
  });
