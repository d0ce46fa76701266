import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRecurrence } from "../../shared/mapping/recurrence-pattern.ts";
import { unrollPattern } from "../../shared/mapping/unroll-pattern.ts";
import {
  anyCase,
  expectedStarts,
  fieldsOf,
  isSkipped,
  LIMIT,
  mapRule,
  modelled,
  type RuleCase,
  ZONES,
} from "../support/any-series.ts";
import { children, expandedByIcal } from "../support/calendar-objects.ts";
import { expandedByRule } from "../support/expand-rule.ts";
import { sourceDates } from "../support/source-rule.ts";
import { el } from "../support/sync-elements.ts";

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
