import { describe, expect, it } from "vitest";
import type { MappedObject } from "../../shared/mapping/sync-element.ts";
import { type EventCase, exceptions, expandedByIcal, mapped } from "../support/calendar-objects.ts";

const RULE = { Type: "1", DayOfWeek: "2", Occurrences: "4" };

/** The usual weekly series in Berlin, with exceptions. */
function series(each: readonly Readonly<Record<string, string>>[], others: EventCase = {}): MappedObject {
  const { fields = {}, ...rest } = others;
  return mapped({ zone: "WEU", rule: RULE, ...rest, fields: { ...fields, Exceptions: exceptions(...each) } });
}

/** Lines of the second VEVENT. */
function override({ lines }: MappedObject): readonly string[] {
  return lines.slice(lines.lastIndexOf("BEGIN:VEVENT"), -1);
}

const SECOND = { ExceptionStartTime: "20110321T090000Z" };

describe("a changed instance", () => {
  it("is as the series wherever it says nothing", () => {
    const fields = { Location: "L", Reminder: "5", Body: "B", BusyStatus: "3" };
    const object = series([{ ...SECOND, Subject: "Other" }], { fields });
    expect(override(object)).toEqual(
      expect.arrayContaining([
        "RECURRENCE-ID;TZID=Europe/Berlin:20110321T100000",
        "DTSTART;TZID=Europe/Berlin:20110321T100000",
        "DTEND;TZID=Europe/Berlin:20110321T110000",
        "SUMMARY:Other",
        "LOCATION:L",
        "DESCRIPTION:B",
        "TRIGGER:-PT5M",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
      ]),
    );
    expect(object.lines.filter((line) => line.startsWith("RRULE:FREQ=WEEKLY"))).toHaveLength(1);
  });

  it("loses what it says to be empty", () => {
    const object = series([{ ...SECOND, Location: "" }], { fields: { Location: "L" } });
    expect(override(object).join("\n")).not.toContain("LOCATION");
  });

  it("is as long as the series when only its start is moved, also across a change of the clock", () => {
    const object = series([{ ExceptionStartTime: "20110328T080000Z", StartTime: "20110326T233000Z" }], {
      fields: { EndTime: "20110314T110000Z" },
    });
    expect(override(object)).toContain("DTSTART;TZID=Europe/Berlin:20110327T003000");
    expect(override(object)).toContain("DTEND;TZID=Europe/Berlin:20110327T033000");
  });

  it("may last a whole day", () => {
    const object = series([
      { ...SECOND, AllDayEvent: "1", StartTime: "20110320T230000Z", EndTime: "20110321T230000Z" },
    ]);
    expect(override(object)).toEqual(
      expect.arrayContaining([
        "RECURRENCE-ID;TZID=Europe/Berlin:20110321T100000",
        "DTSTART;VALUE=DATE:20110321",
        "DTEND;VALUE=DATE:20110322",
      ]),
    );
  });

  it("that is made to last a whole day lasts the day of its own zone", () => {
    const fields = { StartTime: "20110129T000000Z" };
    const rule = { Type: "1", DayOfWeek: "32" };
    const object = series([{ ExceptionStartTime: "20110205T000000Z", AllDayEvent: "1" }], {
      zone: "PST",
      fields,
      rule,
    });
    expect(override(object)).toEqual(
      expect.arrayContaining([
        "RECURRENCE-ID;TZID=America/Los_Angeles:20110204T160000",
        "DTSTART;VALUE=DATE:20110204",
        "DTEND;VALUE=DATE:20110205",
      ]),
    );
  });

  it("of an all-day series may have a time, which is told in UTC", () => {
    const fields = { AllDayEvent: "1", StartTime: "20110313T230000Z", EndTime: "20110314T230000Z" };
    const moved = { StartTime: "20110321T090000Z", EndTime: "20110321T103000Z", AllDayEvent: "0" };
    const object = series([{ ExceptionStartTime: "20110320T230000Z", ...moved }], { fields });
    expect(override(object)).toEqual(
      expect.arrayContaining([
        "RECURRENCE-ID;VALUE=DATE:20110321",
        "DTSTART:20110321T090000Z",
        "DTEND:20110321T103000Z",
      ]),
    );
  });

  it("never ends before it starts", () => {
    const object = series([{ ...SECOND, EndTime: "20110321T080000Z" }]);
    expect(override(object)).toContain("DTEND;TZID=Europe/Berlin:20110321T100000");
    expect(object.warnings).toEqual(["end-before-start"]);
  });

  it("of all-day series is told in dates", () => {
    const fields = { AllDayEvent: "1", StartTime: "20110313T230000Z", EndTime: "20110314T230000Z" };
    const object = series(
      [
        { ExceptionStartTime: "20110320T230000Z", Deleted: "1" },
        { ExceptionStartTime: "20110327T220000Z", StartTime: "20110328T220000Z", EndTime: "20110329T220000Z" },
        { ExceptionStartTime: "20110403T220000Z", Subject: "Other" },
      ],
      { fields },
    );
    expect(object.lines).toEqual(
      expect.arrayContaining([
        "DTSTART;VALUE=DATE:20110314",
        "EXDATE;VALUE=DATE:20110321",
        "RECURRENCE-ID;VALUE=DATE:20110328",
        "DTSTART;VALUE=DATE:20110329",
        "DTEND;VALUE=DATE:20110330",
        "RECURRENCE-ID;VALUE=DATE:20110404",
        "DTSTART;VALUE=DATE:20110404",
      ]),
    );
    expect(object.warnings).toEqual([]);
    expect(expandedByIcal(object)).toEqual(["20110314", "20110329", "20110404"]);
  });
});

describe("the instance of an exception", () => {
  it("is found by its day when its time is wrong", () => {
    for (const ExceptionStartTime of ["20110321T150000Z", "20110321T000000Z", "20110321"]) {
      const object = series([{ ExceptionStartTime, Deleted: "1" }]);
      expect(object.lines).toContain("EXDATE;TZID=Europe/Berlin:20110321T100000");
      expect(object.warnings).toEqual(["exception-unresolved"]);
    }
  });

  it("is the day of its digits when it is named by midnight UTC, not the evening before in the west", () => {
    const day = { zone: "PST", fields: { StartTime: "20110314T160000Z" }, rule: { Type: "0" } } as const;
    const object = series([{ ExceptionStartTime: "20110316", Deleted: "1" }], day);
    expect(object.lines).toContain("EXDATE;TZID=America/Los_Angeles:20110316T090000");
    const named = series([{ ExceptionStartTime: "20110316T200000Z", Deleted: "1" }], day);
    expect(named.lines).toContain("EXDATE;TZID=America/Los_Angeles:20110316T090000");
  });

  it("is found by the weeks of its rule", () => {
    const weeks = {
      fields: { StartTime: "20110327T070000Z" },
      rule: { Type: "1", Interval: "2", DayOfWeek: "3", FirstDayOfWeek: "1" },
    };
    const deleted = (ExceptionStartTime: string) => series([{ ExceptionStartTime, Deleted: "1" }], weeks).warnings;
    expect(deleted("20110404T070000Z")).toEqual([]);
    expect(deleted("20110328T070000Z")).toEqual(["exception-unresolved"]);
  });

  it("is kept as it is named when the rule has no such day", () => {
    const object = series([{ ExceptionStartTime: "20110322T090000Z", Subject: "Stray" }]);
    expect(override(object)).toContain("RECURRENCE-ID;TZID=Europe/Berlin:20110322T100000");
    expect(override(object)).toContain("UID:A");
    expect(object.warnings).toEqual(["exception-unresolved"]);
  });

  it("is deleted once, however often that is said", () => {
    const object = series([
      { ...SECOND, Deleted: "1" },
      { ...SECOND, Deleted: "1" },
    ]);
    expect(object.lines.filter((line) => line.startsWith("EXDATE"))).toHaveLength(1);
  });

  it("is what the last exception for it says", () => {
    const object = series([
      { ...SECOND, Deleted: "1" },
      { ...SECOND, Subject: "Back" },
    ]);
    expect(object.lines.join("\n")).not.toContain("EXDATE");
    expect(override(object)).toContain("SUMMARY:Back");
  });

  it("of a rule that skips short months is an instance all the same", () => {
    const object = series([{ ExceptionStartTime: "20110228T090000Z", Subject: "Clipped" }], {
      fields: { StartTime: "20110130T090000Z" },
      rule: { Type: "2", DayOfMonth: "30" },
    });
    expect(object.warnings).toEqual(["recurrence-month-clip"]);
  });
});

it("exceptions without a rule never take the only instance away", () => {
  const fields = { Exceptions: exceptions({ ExceptionStartTime: "20110314T090000Z", Deleted: "1" }) };
  expect(mapped({ fields }).lines.join("\n")).not.toContain("EXDATE");
});

it("a short source cannot become a calendar without bounds", () => {
  const each = Array.from({ length: 300 }, (_, day) => ({
    ExceptionStartTime: new Date(Date.UTC(2011, 2, 14 + day, 9)).toISOString(),
    Subject: "x",
  }));
  const rule = { Type: "0" };
  expect(series(each, { rule }).lines.filter((line) => line === "BEGIN:VEVENT")).toHaveLength(301);
  expect(() => series(each, { rule, fields: { Body: "x".repeat(1_000_000) } })).toThrow(
    expect.objectContaining({ code: "readers/item-unmappable" }),
  );
});
