import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { type EventCase, exceptions, expandedByIcal, mapped } from "../support/calendar-objects.ts";
import { mapContext } from "../support/sync-elements.ts";

const WEEKLY = { Type: "1", DayOfWeek: "2", Occurrences: "4" };

/** DTSTART of an event, and what was noticed. */
function placed(eventCase: EventCase): readonly [start: string | undefined, ...warnings: readonly string[]] {
  const { lines, warnings } = mapped(eventCase);
  const event = lines.slice(lines.indexOf("BEGIN:VEVENT"));
  return [event.find((line) => line.startsWith("DTSTART")), ...warnings];
}

/** A TimeZone element, made for the test. */
function blob(name: string, bias: number, dates: { standard: readonly number[]; daylight: readonly number[] } | null) {
  const bytes = Buffer.alloc(172);
  bytes.writeInt32LE(bias, 0);
  bytes.write(name, 4, "utf16le");
  for (const [i, value] of (dates?.standard ?? []).entries()) bytes.writeUInt16LE(value, 68 + i * 2);
  for (const [i, value] of (dates?.daylight ?? []).entries()) bytes.writeUInt16LE(value, 152 + i * 2);
  bytes.writeInt32LE(-60, 168);
  return { TimeZone: bytes.toString("base64") };
}

const EU_DATES = { standard: [0, 10, 0, 5, 3, 0, 0, 0], daylight: [0, 3, 0, 5, 2, 0, 0, 0] };

describe("a zone that a name or its rules tell", () => {
  it("is written by its IANA name", () => {
    expect(placed({ zone: "IND" })).toEqual(["DTSTART;TZID=Asia/Calcutta:20110314T143000"]);
    expect(placed({ zone: "PST", rule: WEEKLY })).toEqual(["DTSTART;TZID=America/Los_Angeles:20110314T020000"]);
  });

  it("has no daylight saving when a month is 0, whatever the bias says", () => {
    const { lines } = mapped({ zone: "IND" });
    expect(lines.filter((line) => /OFFSET|^BEGIN:(?:ST|DA)/.test(line))).toEqual([
      "BEGIN:STANDARD",
      "TZOFFSETFROM:+0530",
      "TZOFFSETTO:+0530",
    ]);
  });

  it.each([
    ["(UTC+01:00) Amsterdam, Berlin", "Europe/Berlin", "tz-inferred"],
    ["Mitteleurop. Zeit", "Europe/Berlin", "tz-inferred"],
    ["Europe/Vienna", "Europe/Vienna", undefined],
    ["europe/VIENNA", "Europe/Vienna", undefined],
    ["CET", "Europe/Berlin", undefined],
    ["Romance Standard Time", "Europe/Paris", undefined],
  ])("named %s", (name, tzid, warning) => {
    const [start, ...warnings] = placed({ fields: blob(name, -60, EU_DATES) });
    expect(start).toBe(`DTSTART;TZID=${tzid}:20110314T100000`);
    expect(warnings).toEqual(warning === undefined ? [] : [warning]);
  });
});

describe("a zone that no IANA zone agrees with", () => {
  it("is UTC for a single event", () => {
    for (const zone of ["P530", "ODD"] as const) {
      expect(placed({ zone })).toEqual(["DTSTART:20110314T090000Z", "tz-custom"]);
    }
  });

  it("is a fixed offset for a series without daylight saving", () => {
    expect(placed({ zone: "P530", rule: WEEKLY })).toEqual(["DTSTART;TZID=UTC+0530:20110314T143000"]);
    const east = blob("Somewhere", -180, null);
    expect(placed({ fields: east, rule: WEEKLY })).toEqual(["DTSTART;TZID=Etc/GMT-3:20110314T120000"]);
    const west = blob("Somewhere", 240, null);
    expect(placed({ fields: west, rule: WEEKLY })).toEqual(["DTSTART;TZID=Etc/GMT+4:20110314T050000"]);
  });

  it("has a name of its own for a series with daylight saving", () => {
    const object = mapped({ zone: "ODD", rule: WEEKLY });
    expect(placed({ zone: "ODD", rule: WEEKLY })).toEqual(["DTSTART;TZID=HU01-4048b7ce:20110314T100000", "tz-custom"]);
    expect(expandedByIcal(object)).toEqual([
      "20110314T090000Z",
      "20110321T090000Z",
      "20110328T090000Z",
      "20110404T080000Z",
    ]);
  });

  it("is found by the instants that the item uses", () => {
    // The rules of 2007 put 20 March 2006 into summer time; the zone then did not.
    const march = { StartTime: "20060320T170000Z" };
    expect(placed({ zone: "PST", fields: march })).toEqual(["DTSTART:20060320T170000Z", "tz-custom"]);
    const [start] = placed({ zone: "PST", fields: march, rule: WEEKLY });
    expect(start).toMatch(/^DTSTART;TZID=HU01-[0-9a-f]{8}:20060320T100000$/);
    const february = { StartTime: "20060213T170000Z" };
    expect(placed({ zone: "PST", fields: february })).toEqual(["DTSTART;TZID=America/Los_Angeles:20060213T090000"]);
    expect(placed({ zone: "PST", fields: february, rule: { ...WEEKLY, Occurrences: "9" } })[0]).toMatch(/HU01-/);
    expect(placed({ zone: "PST", fields: february, rule: WEEKLY })[0]).toMatch(/Los_Angeles/);
  });

  it("is found by the ends of instances and by exceptions", () => {
    const rule = { Type: "1", DayOfWeek: "64", Occurrences: "3" };
    const night = { StartTime: "20060226T070000Z", EndTime: "20060226T080000Z" };
    expect(placed({ zone: "PST", fields: night, rule })[0]).toMatch(/Los_Angeles/);
    expect(placed({ zone: "PST", fields: { ...night, EndTime: "20060226T130000Z" }, rule })[0]).toMatch(/HU01-/);
    const moved = { ExceptionStartTime: "20060305T070000Z", StartTime: "20060320T070000Z" };
    expect(placed({ zone: "PST", fields: { ...night, Exceptions: exceptions(moved) }, rule })[0]).toMatch(/HU01-/);
  });

  it("tells the second of two equal hours in UTC", () => {
    const twice = { StartTime: "20111030T013000Z", EndTime: "20111030T033000Z" };
    expect(placed({ zone: "WEU", fields: twice })).toEqual(["DTSTART:20111030T013000Z", "tz-custom"]);
    const first = { StartTime: "20111030T003000Z", EndTime: "20111030T033000Z" };
    expect(placed({ zone: "WEU", fields: first })[0]).toBe("DTSTART;TZID=Europe/Berlin:20111030T023000");
  });
});

it("changes of one year only have no rule", () => {
  const once = blob("W. Europe Standard Time", -60, {
    standard: [2011, 10, 0, 30, 3, 0, 0, 0],
    daylight: [2011, 3, 0, 27, 2, 0, 0, 0],
  });
  const { lines } = mapped({ fields: { ...once, StartTime: "20110328T090000Z" } });
  expect(lines).toEqual(
    expect.arrayContaining([
      "DTSTART:20111030T030000",
      "DTSTART:20110327T020000",
      "DTSTART;TZID=Europe/Berlin:20110328T110000",
    ]),
  );
  expect(lines.join("\n")).not.toContain("RRULE");
});

it("a series without an end in sight keeps its zone", () => {
  const rule = { Type: "0", Until: "20991231T000000Z" };
  const evening = { StartTime: "20110315T030000Z" };
  expect(placed({ zone: "PST", fields: evening, rule })[0]).toBe("DTSTART;TZID=America/Los_Angeles:20110314T200000");
});

it("another place with the same offset is never taken", () => {
  const winter = blob("GMT Standard Time", 0, null);
  expect(placed({ fields: winter })).toEqual(["DTSTART:20110314T090000Z", "tz-custom"]);
  expect(placed({ fields: winter, rule: WEEKLY })).toEqual(["DTSTART;TZID=Etc/UTC:20110314T090000"]);
});

describe("a blob that is not to be trusted", () => {
  it("is none when it is all zeros", () => {
    expect(placed({ zone: "ZERO" })).toEqual(["DTSTART:20110314T090000Z"]);
    expect(placed({ zone: "ZERO", rule: WEEKLY })).toEqual(["DTSTART:20110314T090000Z", "tz-unknown-recurring"]);
  });

  it("is none when its name contradicts its offsets", () => {
    expect(placed({ zone: "BAD272" })).toEqual(["DTSTART:20110314T090000Z", "tz-inconsistent"]);
    const allDay = { AllDayEvent: "1", StartTime: "20110702T220000Z", EndTime: "20110703T220000Z" };
    expect(placed({ zone: "BAD272", fields: allDay })[0]).toBe("DTSTART;VALUE=DATE:20110703");
  });

  it("has its daylight saving completed for a series when it holds an IANA name", () => {
    expect(placed({ zone: "LON43" })).toEqual(["DTSTART:20110314T090000Z", "tz-custom"]);
    const object = mapped({ zone: "LON43", rule: WEEKLY });
    expect(object.lines).toContain("DTSTART;TZID=Europe/London:20110314T090000");
    expect(object.lines).toContain("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU");
    expect(expandedByIcal(object).at(-1)).toBe("20110404T080000Z");
    const allDay = { AllDayEvent: "1", StartTime: "20110702T230000Z", EndTime: "20110703T230000Z" };
    expect(placed({ zone: "LON43", fields: allDay })).toEqual(["DTSTART;VALUE=DATE:20110703"]);
  });
});

describe("a series without a zone", () => {
  it("takes the one that the person gives", () => {
    const context = mapContext("2", "2:17", { defaultTimeZone: "America/New_York" });
    const object = mapped({ context, rule: WEEKLY, fields: { StartTime: "20111024T130000Z" } });
    expect(object.lines).toEqual(
      expect.arrayContaining([
        "DTSTART;TZID=America/New_York:20111024T090000",
        "DTSTART:19700308T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "DTSTART:19701101T020000",
      ]),
    );
    expect(object.warnings).toEqual([]);
    expect(expandedByIcal(object).at(-1)).toBe("20111114T140000Z");
    expect(placed({ context })).toEqual(["DTSTART:20110314T090000Z"]);
  });

  it.each(["Europe/Berlin", "Australia/Sydney", "Pacific/Auckland", "America/Sao_Paulo", "Asia/Tokyo"])(
    "writes the rules of %s into its VTIMEZONE",
    (defaultTimeZone) => {
      const context = mapContext("2", "2:17", { defaultTimeZone });
      const rule = { Type: "1", DayOfWeek: "2", Occurrences: "30" };
      const expected = Array.from({ length: 30 }, (_, week) =>
        Temporal.PlainDateTime.from("2011-03-14T12:00")
          .add({ days: week * 7 })
          .toZonedDateTime(defaultTimeZone),
      ).map((start) => `${start.toInstant().toString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`);
      const object = mapped({ context, rule, fields: { StartTime: expected[0] ?? "" } });
      expect(expandedByIcal(object)).toEqual(expected);
    },
  );
});

it("writes a given zone's rules as that zone has them", () => {
  const rulesOf = (defaultTimeZone: string, StartTime: string) =>
    mapped({ context: mapContext("2", "2:17", { defaultTimeZone }), fields: { StartTime }, rule: WEEKLY }).lines.join(
      "\n",
    );
  // The fourth Sunday was the last one that year, but not in others.
  expect(rulesOf("America/Asuncion", "20180319T120000Z")).toContain("BYMONTH=3;BYDAY=4SU");
  expect(rulesOf("Europe/Berlin", "20120319T120000Z")).toContain("BYMONTH=3;BYDAY=-1SU");
  expect(rulesOf("Australia/Sydney", "20110314T120000Z")).toMatch(/BEGIN:DAYLIGHT\n.*\n.*\nTZOFFSETTO:\+1100/);
});

it("a daylight saving of no minutes is none", () => {
  const bytes = Buffer.from(blob("", -60, EU_DATES).TimeZone, "base64");
  bytes.writeInt32LE(0, 168);
  const fields = { TimeZone: bytes.toString("base64") };
  expect(placed({ fields, rule: WEEKLY })).toEqual(["DTSTART;TZID=Etc/GMT-1:20110314T100000"]);
});

it("never throws on any blob", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 200 }), fc.boolean(), (bytes, recurs) => {
      const fields = { TimeZone: Buffer.from(bytes).toString("base64") };
      mapped({ fields, ...(recurs ? { rule: WEEKLY } : {}) });
    }),
  );
});
