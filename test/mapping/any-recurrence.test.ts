import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { parseRecurrence } from "../../shared/mapping/recurrence-pattern.ts";
import type { MappedObject } from "../../shared/mapping/sync-element.ts";
import { unrollPattern } from "../../shared/mapping/unroll-pattern.ts";
import { children, compact, type EventCase, expandedByIcal, mapped } from "../support/calendar-objects.ts";
import { expandedByRule } from "../support/expand-rule.ts";
import { isMoved, type SourceRule, sourceDates } from "../support/source-rule.ts";
import { el, mapContext } from "../support/sync-elements.ts";
import type { BLOBS } from "../support/time-zone-blobs.ts";

/** The zone that each blob describes; the last one has none. */
const ZONES: Readonly<Partial<Record<keyof typeof BLOBS, string>>> = {
  WEU: "Europe/Berlin",
  PST: "America/Los_Angeles",
  AUS: "Australia/Sydney",
  IND: "Asia/Kolkata",
  P530: "+05:30",
  ZERO: "UTC",
};

const LIMIT = 24;
/** The model goes no further. */
const HORIZON = "2040";
const modelled = (starts: readonly string[]): readonly string[] => starts.filter((start) => start < HORIZON);

interface RuleCase {
  readonly rule: SourceRule;
  readonly zone: keyof typeof BLOBS;
  readonly start: Temporal.PlainDateTime;
  readonly clip?: "plain" | "setpos";
}

const fieldsOf = (rule: SourceRule) =>
  Object.fromEntries(Object.entries(rule).map(([name, value]) => [name, String(value)]));

function mapRule({ rule, zone, start, clip = "plain" }: RuleCase): MappedObject {
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
function isSkipped(rule: SourceRule, day: Temporal.PlainDate): boolean {
  return (
    isMoved(rule, day) && (rule.DayOfMonth ?? 31) < 31 && day.month === 2 && (rule.Type === 2 || rule.DayOfMonth === 29)
  );
}

/** Instances as the source counts them; those that iCalendar skips are left out after counting. */
function expectedStarts({ rule, zone, start, clip = "plain" }: RuleCase): readonly string[] {
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

const anyCase: fc.Arbitrary<RuleCase> = fc
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

describe("any rule", () => {
  it("expands to the instances of its source, in ical.js and in rrule-temporal", () => {
    fc.assert(
      fc.property(anyCase, (ruleCase) => {
        fc.pre(!isSkipped(ruleCase.rule, ruleCase.start.toPlainDate()));
        const object = mapRule(ruleCase);
        const expected = expectedStarts(ruleCase);
        expect(object.warnings).not.toContain("dtstart-off-pattern");
        expect(modelled(expandedByIcal(object, LIMIT))).toEqual(expected);
        expect(modelled(expandedByRule(object, ZONES[ruleCase.zone] ?? "UTC", LIMIT))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("is unrolled as its source counts", () => {
    fc.assert(
      fc.property(anyCase, ({ rule, start }) => {
        const firstDay = Date.parse(`${start.toPlainDate()}T00:00Z`);
        const pattern = parseRecurrence(el("Recurrence", children(fieldsOf(rule))), firstDay, () => {});
        if (pattern === null) throw new Error("no rule");
        const days = [...unrollPattern(pattern, firstDay)].map((day) => new Date(day).toISOString().slice(0, 10));
        const expected = sourceDates(rule, start.toPlainDate(), LIMIT).map(String);
        expect(modelled(days).slice(0, LIMIT)).toEqual(modelled(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps days that months lack, with clip=setpos, in rrule-temporal", () => {
    fc.assert(
      fc.property(anyCase, (ruleCase) => {
        const clipped: RuleCase = { ...ruleCase, clip: "setpos" };
        const starts = expandedByRule(mapRule(clipped), ZONES[clipped.zone] ?? "UTC", LIMIT);
        expect(modelled(starts)).toEqual(expectedStarts(clipped));
      }),
      { numRuns: 200 },
    );
  });
});
