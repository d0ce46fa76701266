import * as fc from "fast-check";
import type { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import type { MappedObject } from "../../shared/mapping/sync-element.ts";
import { anyCase, fieldsOf, LIMIT, modelled, type RuleCase, ZONES } from "../support/any-series.ts";
import {
  children,
  compact,
  type EventCase,
  exceptions,
  expandedByIcal,
  mapped,
  mappedTask,
} from "../support/calendar-objects.ts";
import { expandedByNodeIcal, expandedByRule, ruleOf } from "../support/expand-rule.ts";
import { isMoved, sourceDates } from "../support/source-rule.ts";

/** The dates of a case as its source means them. */
const datesOf = ({ rule, start }: RuleCase, limit = LIMIT) => sourceDates(rule, start.toPlainDate(), limit);
const zoneOf = ({ zone }: RuleCase) => ZONES[zone] ?? "UTC";

/** The instant of an instance, as the wire writes it. */
function instantOf(series: RuleCase, date: Temporal.PlainDate): string {
  const zoned = date.toPlainDateTime(series.start.toPlainTime()).toZonedDateTime(zoneOf(series));
  return compact(zoned.epochMilliseconds);
}

const digits = (date: Temporal.PlainDate): string => date.toString().replaceAll("-", "");

/** Days that shorter months move have tests of their own: iCalendar lacks them. */
const hasMovedDay = (series: RuleCase): boolean => datesOf(series).some((day) => isMoved(series.rule, day));

function mapSeries(series: RuleCase, fields: EventCase["fields"], rule: Record<string, string> = {}): MappedObject {
  const StartTime = instantOf(series, series.start.toPlainDate());
  return mapped({ zone: series.zone, fields: { StartTime, ...fields }, rule: { ...fieldsOf(series.rule), ...rule } });
}

/** What all three readers see, which must be one and the same. */
function expanded(object: MappedObject, series: RuleCase): readonly string[] {
  const starts = modelled(expandedByIcal(object, LIMIT));
  expect(modelled(expandedByRule(object, zoneOf(series), LIMIT))).toEqual(starts);
  expect(modelled(expandedByNodeIcal(object, starts))).toEqual(starts);
  return starts;
}

/** A series without an end of its own, and which of its instances is its last. */
const withLast = fc
  .tuple(anyCase, fc.integer({ min: 0, max: 9 }))
  .map(([series, index]) => {
    const { Occurrences: _, ...rule } = series.rule;
    const endless: RuleCase = { ...series, rule };
    const dates = datesOf(endless, index + 1);
    return { series: endless, dates };
  })
  .filter(({ series, dates }) => dates.length > 0 && !hasMovedDay(series));

describe("any series that ends on a date", () => {
  it("ends with the instance that starts then", () => {
    fc.assert(
      fc.property(withLast, ({ series, dates }) => {
        const Until = instantOf(series, dates.at(-1) as Temporal.PlainDate);
        const starts = dates.map((date) => instantOf(series, date));
        expect(expanded(mapSeries(series, {}, { Until }), series)).toEqual(modelled(starts));
      }),
      { numRuns: 100 },
    );
  });

  it.each(["T000000Z", "T235959Z"])("ends with that day when it is told as %s", (time) => {
    fc.assert(
      fc.property(withLast, ({ series, dates }) => {
        const Until = `${digits(dates.at(-1) as Temporal.PlainDate)}${time}`;
        // What is the very start of another instance means that one.
        const meant = time === "T000000Z" && instantOf(series, dates.at(-1) as Temporal.PlainDate).slice(-7);
        fc.pre(meant !== "000000Z");
        const starts = dates.map((date) => instantOf(series, date));
        expect(expanded(mapSeries(series, {}, { Until }), series)).toEqual(modelled(starts));
      }),
      { numRuns: 60 },
    );
  });
});

it("any series in the hours in which clocks change keeps its wall time", () => {
  fc.assert(
    fc.property(anyCase, fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 30), (ruleCase, hour, minute) => {
      const series: RuleCase = { ...ruleCase, start: ruleCase.start.with({ hour, minute }) };
      const first = series.start.toZonedDateTime(zoneOf(series));
      // No clock shows a time that is left out, so no series starts then; its instances may fall into it.
      fc.pre(!hasMovedDay(series) && first.toPlainDateTime().equals(series.start));
      const starts = modelled(datesOf(series).map((date) => instantOf(series, date)));
      const object = mapSeries(series, {});
      // Not in ical.js, which counts a time that is left out with the offset behind the gap (RFC 5545 3.3.5: before).
      expect(modelled(expandedByRule(object, zoneOf(series), LIMIT))).toEqual(starts);
      expect(modelled(expandedByNodeIcal(object, starts))).toEqual(starts);
    }),
    { numRuns: 100 },
  );
});

describe("any series of whole days", () => {
  it.each(["its zone's midnights", "midnights of UTC"])("has the dates of its source, told by %s", (told) => {
    fc.assert(
      fc.property(anyCase, fc.boolean(), (series, byDate) => {
        fc.pre(!hasMovedDay(series));
        const wholeDays: RuleCase = { ...series, start: series.start.with({ hour: 0 }) };
        const instant = (date: Temporal.PlainDate): string =>
          told === "midnights of UTC" ? `${digits(date)}T000000Z` : instantOf(wholeDays, date);
        const { Occurrences, ...endless } = series.rule;
        const dates = datesOf(wholeDays);
        const Until = instant(dates.at(-1) as Temporal.PlainDate);
        const ends = byDate && Occurrences !== undefined ? { Until } : fieldsOf(series.rule);
        const start = series.start.toPlainDate();
        const object = mapped({
          zone: series.zone,
          fields: { AllDayEvent: "1", StartTime: instant(start), EndTime: instant(start.add({ days: 1 })) },
          rule: { ...fieldsOf(endless), ...ends },
        });
        expect(object.lines).toContain(`DTSTART;VALUE=DATE:${digits(start)}`);
        expect(object.lines).toContain(`DTEND;VALUE=DATE:${digits(start.add({ days: 1 }))}`);
        expect(object.lines.join("\n")).not.toMatch(/TZID|UNTIL=\d+T/);
        const expected = modelled(dates.map(digits));
        expect(modelled(expandedByIcal(object, LIMIT))).toEqual(expected);
        expect(modelled(expandedByNodeIcal(object, expected))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});

it("any task has the rule that an event of whole days has, whose instances are proved", () => {
  fc.assert(
    fc.property(anyCase, fc.boolean(), (series, byDate) => {
      const start = series.start.toPlainDate();
      const dates = datesOf(series);
      const { Occurrences: _, ...endless } = fieldsOf(series.rule);
      const Until = `${dates.at(-1)?.toString() ?? ""}T00:00:00.000Z`;
      const rule = byDate ? { ...endless, Until } : fieldsOf(series.rule);
      const day = `${start.toString()}T00:00:00.000Z`;
      const event = mapped({ fields: { AllDayEvent: "1", StartTime: day, EndTime: day }, rule });
      const task = mappedTask({ StartDate: day, UtcStartDate: day, Recurrence: children({ ...rule, Start: day }) });
      expect(task.lines).toContain(`DTSTART;VALUE=DATE:${digits(start)}`);
      expect(task.lines.filter((line) => line.startsWith("RRULE"))).toEqual([ruleOf(event)]);
    }),
    { numRuns: 100 },
  );
});

describe("any series with exceptions", () => {
  const anyExceptions = fc.uniqueArray(
    fc.record({
      index: fc.integer({ min: 0, max: 11 }),
      // In minutes; null deletes the instance. Never onto another instance of the series.
      movedBy: fc.option(fc.integer({ min: -170, max: 170 }), { nil: null }),
      named: fc.constantFrom("ExceptionStartTime", "InstanceId"),
    }),
    { selector: ({ index }) => index, maxLength: 6 },
  );

  it("lacks what was deleted and has elsewhere what was moved", () => {
    fc.assert(
      fc.property(anyCase, anyExceptions, (series, each) => {
        fc.pre(!hasMovedDay(series));
        const starts = datesOf(series).map((date) => instantOf(series, date));
        const known = each.filter(({ index }) => index < starts.length && (starts[index] ?? "") < "2040");
        const moved = (start: string, minutes: number): string => compact(millisOf(start) + minutes * 60_000);
        const given = known.map(({ index, movedBy, named }) => ({
          [named]: starts[index] ?? "",
          ...(movedBy === null ? { Deleted: "1" } : { StartTime: moved(starts[index] ?? "", movedBy) }),
        }));
        const object = mapSeries(series, { Exceptions: exceptions(...given) });
        const byIndex = new Map(known.map((exception) => [exception.index, exception.movedBy]));
        const expected = starts
          .flatMap((start, index) => {
            const movedBy = byIndex.get(index);
            if (movedBy === undefined) return [start];
            return movedBy === null ? [] : [moved(start, movedBy)];
          })
          .sort();
        // The last one may be beyond the limit of one reader and, moved, within that of another.
        const compared = modelled(expected).slice(0, -1);
        expect(expandedByIcal(object, LIMIT).toSorted().slice(0, compared.length)).toEqual(compared);
        expect(expandedByNodeIcal(object, compared)).toEqual(compared);
        expect(object.warnings).not.toContain("exception-unresolved");
      }),
      { numRuns: 150 },
    );
  });
});

const millisOf = (text: string): number =>
  Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
