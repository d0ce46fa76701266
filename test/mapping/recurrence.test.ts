import { describe, expect, it } from "vitest";
import { expandedByIcal, mapped } from "../support/calendar-objects.ts";
import { expandedByRule, ruleOf } from "../support/expand-rule.ts";
import { mapContext } from "../support/sync-elements.ts";

const days = (starts: readonly string[]): readonly string[] => starts.map((start) => start.slice(4, 8));

describe("rules by weekday", () => {
  it("T-CAL-05 the last weekday of the month is one instance a month", () => {
    const object = mapped({
      zone: "WEU",
      fields: { StartTime: "20110131T090000Z" },
      rule: { Type: "3", DayOfWeek: "62", WeekOfMonth: "5", Occurrences: "4" },
    });
    expect(ruleOf(object)).toBe("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4");
    expect(days(expandedByIcal(object))).toEqual(["0131", "0228", "0331", "0429"]);
  });

  it("T-CAL-06 a day among all days is a day of the month", () => {
    const last = { Type: "3", DayOfWeek: "127", WeekOfMonth: "5" };
    expect(ruleOf(mapped({ rule: last }))).toBe("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1");
    expect(ruleOf(mapped({ rule: { ...last, WeekOfMonth: "2" } }))).toBe("RRULE:FREQ=MONTHLY;BYMONTHDAY=2");
    expect(ruleOf(mapped({ rule: { Type: "3", DayOfWeek: "127" } }))).toBe("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1");
  });

  it("T-CAL-10 weeks begin on Sunday unless the rule says otherwise", () => {
    const rule = { Type: "1", Interval: "2", DayOfWeek: "3", Occurrences: "5" };
    const fields = { StartTime: "20110327T070000Z" };
    const sunday = mapped({ zone: "WEU", fields, rule });
    expect(sunday.lines).toContain("DTSTART;TZID=Europe/Berlin:20110327T090000");
    expect(ruleOf(sunday)).toBe("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;COUNT=5;WKST=SU");
    expect(days(expandedByIcal(sunday))).toEqual(["0327", "0328", "0410", "0411", "0424"]);
    const monday = mapped({ zone: "WEU", fields, rule: { ...rule, FirstDayOfWeek: "1" } });
    expect(ruleOf(monday)).toBe("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;COUNT=5;WKST=MO");
    expect(days(expandedByIcal(monday))).toEqual(["0327", "0404", "0410", "0418", "0424"]);
  });

  it("T-CAL-40 every weekday is weekly", () => {
    const fields = { StartTime: "20110328T090000Z" };
    const rule = { Type: "0", DayOfWeek: "62", Occurrences: "7" };
    expect(ruleOf(mapped({ fields, rule }))).toBe("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=7");
    expect(ruleOf(mapped({ fields, rule: { ...rule, DayOfWeek: "65" } }))).toMatch(/;BYDAY=SU,SA;/);
  });

  it("keeps a daily rule with weekdays and an interval, and says so", () => {
    const object = mapped({ rule: { Type: "0", Interval: "3", DayOfWeek: "62" } });
    expect(ruleOf(object)).toBe("RRULE:FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR");
    expect(object.warnings).toContain("recurrence-invalid");
  });

  it.each([
    [{ Type: "6", DayOfWeek: "4", WeekOfMonth: "2", MonthOfYear: "3" }, "FREQ=YEARLY;BYMONTH=3;BYDAY=2TU"],
    [{ Type: "6", DayOfWeek: "4", WeekOfMonth: "5", MonthOfYear: "3" }, "FREQ=YEARLY;BYMONTH=3;BYDAY=-1TU"],
    [
      { Type: "6", DayOfWeek: "62", WeekOfMonth: "1", MonthOfYear: "3" },
      "FREQ=YEARLY;BYMONTH=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
    ],
    [{ Type: "6", DayOfWeek: "127", WeekOfMonth: "5", MonthOfYear: "3" }, "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-1"],
    [{ Type: "3", DayOfWeek: "2", WeekOfMonth: "2" }, "FREQ=MONTHLY;BYDAY=2MO"],
    [{ Type: "3", DayOfWeek: "65", WeekOfMonth: "4" }, "FREQ=MONTHLY;BYDAY=SU,SA;BYSETPOS=4"],
  ])("names the n-th weekday %#", (rule, expected) => {
    expect(ruleOf(mapped({ rule }))).toBe(`RRULE:${expected}`);
  });
});

it("a rule is not told off for elements that its type has no use for", () => {
  const unused = { WeekOfMonth: "0", DayOfMonth: "0", MonthOfYear: "0" };
  expect(mapped({ rule: { Type: "1", DayOfWeek: "2", ...unused } }).warnings).not.toContain("recurrence-invalid");
  expect(mapped({ rule: { Type: "2", ...unused } }).warnings).toContain("recurrence-invalid");
});

describe("rules by day of the month", () => {
  it("T-CAL-07 day 31 is the last day", () => {
    const object = mapped({
      fields: { StartTime: "20110131T090000Z" },
      rule: { Type: "2", DayOfMonth: "31", Occurrences: "3" },
    });
    expect(ruleOf(object)).toBe("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3");
    expect(days(expandedByIcal(object))).toEqual(["0131", "0228", "0331"]);
  });

  describe("day 30", () => {
    const eventCase = {
      fields: { StartTime: "20110130T090000Z" },
      rule: { Type: "2", DayOfMonth: "30", Occurrences: "4" },
    };

    it("T-CAL-08 ends with the last instance of the source", () => {
      const object = mapped(eventCase);
      expect(ruleOf(object)).toBe("RRULE:FREQ=MONTHLY;BYMONTHDAY=30;UNTIL=20110430T090000Z");
      expect(days(expandedByIcal(object))).toEqual(["0130", "0330", "0430"]);
      expect(object.warnings).toContain("recurrence-month-clip");
    });

    it("T-CAL-08 is exact with clip=setpos", () => {
      const object = mapped({ ...eventCase, context: mapContext("2", "2:17", { clip: "setpos" }) });
      expect(ruleOf(object)).toBe("RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1;COUNT=4");
      expect(days(expandedByRule(object, "UTC"))).toEqual(["0130", "0228", "0330", "0430"]);
      expect(object.warnings).not.toContain("recurrence-month-clip");
    });
  });

  it("29 February is skipped in other years, or the end of February with clip=setpos", () => {
    const fields = { StartTime: "20080229T090000Z" };
    const rule = { Type: "5", DayOfMonth: "29", MonthOfYear: "2", Occurrences: "6" };
    const plain = mapped({ fields, rule });
    expect(ruleOf(plain)).toBe("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20130228T090000Z");
    expect(expandedByIcal(plain)).toEqual(["20080229T090000Z", "20120229T090000Z"]);
    expect(plain.warnings).toContain("recurrence-month-clip");
    const exact = mapped({ fields, rule, context: mapContext("2", "2:17", { clip: "setpos" }) });
    expect(ruleOf(exact)).toBe("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;COUNT=6");
  });

  it.each([
    ["4", "31"],
    ["2", "30"],
    ["2", "31"],
  ])("beyond the end of month %s is its last day", (MonthOfYear, DayOfMonth) => {
    const object = mapped({ rule: { Type: "5", MonthOfYear, DayOfMonth } });
    expect(ruleOf(object)).toBe(`RRULE:FREQ=YEARLY;BYMONTH=${MonthOfYear};BYMONTHDAY=-1`);
    expect(object.warnings).not.toContain("recurrence-month-clip");
  });

  it("takes from the start what the rule lacks or cannot mean", () => {
    expect(ruleOf(mapped({ rule: { Type: "1" } }))).toBe("RRULE:FREQ=WEEKLY;BYDAY=MO");
    expect(ruleOf(mapped({ rule: { Type: "2" } }))).toBe("RRULE:FREQ=MONTHLY;BYMONTHDAY=14");
    expect(ruleOf(mapped({ rule: { Type: "3" } }))).toBe("RRULE:FREQ=MONTHLY;BYDAY=2MO");
    const third = { fields: { StartTime: "20110303T090000Z" }, rule: { Type: "3", DayOfWeek: "62" } };
    expect(ruleOf(mapped(third))).toBe("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3");
    for (const [MonthOfYear, DayOfMonth] of [
      ["0", "0"],
      ["13", "32"],
    ] as const) {
      const object = mapped({ rule: { Type: "5", MonthOfYear, DayOfMonth } });
      expect(ruleOf(object)).toBe("RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=14");
      expect(object.warnings).toContain("recurrence-invalid");
    }
  });
});

describe("rules that iCalendar cannot express", () => {
  it("T-CAL-43 leave the first instance", () => {
    const rule = { Type: "5", CalendarType: "8", DayOfMonth: "14", MonthOfYear: "3" };
    const object = mapped({ rule });
    expect(ruleOf(object)).toBeUndefined();
    expect(object.warnings).toContain("recurrence-nongregorian");
    const leap = mapped({ rule: { ...rule, CalendarType: "0", IsLeapMonth: "1" } });
    expect(leap.warnings).toContain("recurrence-nongregorian");
  });

  it.each(["6", "8", "14", "15", "18", "19", "20", "23"])("calendar %s has other months, and the same days", (type) => {
    const monthly = mapped({ rule: { Type: "2", CalendarType: type, DayOfMonth: "14" } });
    expect([ruleOf(monthly), monthly.elements?.["Recurrence/CalendarType"]]).toEqual([undefined, type]);
    const daily = mapped({ rule: { Type: "0", CalendarType: type } });
    expect([ruleOf(daily), daily.warnings]).toEqual(["RRULE:FREQ=DAILY", ["tz-unknown-recurring"]]);
  });

  it.each(["0", "1", "2", "3", "4", "5", "7", "9", "10", "11", "12"])(
    "but calendar %s counts as ours",
    (CalendarType) => {
      expect(ruleOf(mapped({ rule: { Type: "5", CalendarType } }))).toBeDefined();
    },
  );

  it.each(["4", "7", "x", ""])("Type %j is no rule", (Type) => {
    const object = mapped({ rule: { Type, Interval: "1" } });
    expect(ruleOf(object)).toBeUndefined();
    expect(object.warnings).toEqual(["recurrence-invalid"]);
  });
});

describe("how a series ends", () => {
  const until = (Until: string, fields = {}) =>
    ruleOf(mapped({ zone: "WEU", fields, rule: { Type: "1", DayOfWeek: "2", Until } }));

  it.each([
    ["its last start", "20110404T080000Z"],
    ["midnight UTC", "20110404T000000Z"],
    ["a second before midnight UTC", "20110404T235959Z"],
    ["another time of the day", "20110404T150000Z"],
    ["the extended form", "2011-04-04T08:00:00.000Z"],
    ["no zone letter", "20110404T080000"],
    ["a date", "20110404"],
  ])("Until as %s", (_, text) => {
    expect(until(text)).toBe("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20110404T080000Z");
  });

  it("Until is a date for all-day series", () => {
    const fields = { AllDayEvent: "1", StartTime: "20110313T230000Z", EndTime: "20110314T230000Z" };
    const expected = "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20110404";
    expect(until("20110403T220000Z", fields)).toBe(expected);
    expect(until("20110404T000000Z", fields)).toBe(expected);
    expect(until("20110404T235959Z", fields)).toBe(expected);
  });

  it("before its first instance: it is no series", () => {
    const object = mapped({ rule: { Type: "0", Until: "20110101T000000Z" } });
    expect(ruleOf(object)).toBeUndefined();
    expect(object.warnings).toContain("recurrence-invalid");
  });

  it("by number before date, and not by none", () => {
    const rule = { Type: "0", Until: "20110401T090000Z" };
    expect(ruleOf(mapped({ rule: { ...rule, Occurrences: "3" } }))).toBe("RRULE:FREQ=DAILY;COUNT=3");
    expect(ruleOf(mapped({ rule: { ...rule, Occurrences: "0" } }))).toBe("RRULE:FREQ=DAILY;UNTIL=20110401T090000Z");
  });
});

it("a start that is no instance is not moved, but told", () => {
  const object = mapped({ rule: { Type: "1", DayOfWeek: "4", Occurrences: "3" } });
  expect(object.lines).toContain("DTSTART:20110314T090000Z");
  expect(object.warnings).toContain("dtstart-off-pattern");
});
