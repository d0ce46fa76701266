import { describe, expect, it } from "vitest";
import { exceptions, expandedByIcal, mapped } from "../support/calendar-objects.ts";
import { mapContext } from "../support/sync-elements.ts";
import { BLOBS } from "../support/time-zone-blobs.ts";

const WEEKLY = { Type: "1", Interval: "1", DayOfWeek: "2" };

const BERLIN = [
  "BEGIN:VTIMEZONE",
  "TZID:Europe/Berlin",
  "BEGIN:STANDARD",
  "DTSTART:19701025T030000",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:19700329T020000",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];

/** Lines of one component, by its number. */
function eventLines(lines: readonly string[], number: number): readonly string[] {
  const begins = lines.flatMap((line, index) => (line === "BEGIN:VEVENT" ? [index] : []));
  return lines.slice(begins[number], begins[number + 1]);
}

describe("a weekly series in a zone with daylight saving", () => {
  it("T-CAL-01 keeps its wall time", () => {
    const object = mapped({ zone: "WEU", rule: { ...WEEKLY, Until: "20110404T080000Z" } });
    expect(object.lines).toEqual(
      expect.arrayContaining([
        "DTSTART;TZID=Europe/Berlin:20110314T100000",
        "DTEND;TZID=Europe/Berlin:20110314T110000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20110404T080000Z",
      ]),
    );
    expect(object.lines.slice(4, 4 + BERLIN.length)).toEqual(BERLIN);
    expect(object.lines.join("\n")).not.toMatch(/METHOD|RDATE/);
    expect(object.warnings).toEqual([]);
    expect(expandedByIcal(object)).toEqual([
      "20110314T090000Z",
      "20110321T090000Z",
      "20110328T080000Z",
      "20110404T080000Z",
    ]);
  });

  it("T-CAL-21 is placed by its rules when the zone has no name", () => {
    const object = mapped({ zone: "EU0", rule: { ...WEEKLY, Until: "20110404T080000Z" } });
    const named = mapped({ zone: "WEU", rule: { ...WEEKLY, Until: "20110404T080000Z" } });
    expect(object.lines).toEqual(named.lines);
    expect(object.warnings).toEqual(["tz-inferred"]);
  });
});

it("T-CAL-03 reads an Until that is the last start in its zone", () => {
  const object = mapped({
    zone: "PST",
    fields: { StartTime: "20110129T000000Z" },
    rule: { Type: "0", Interval: "1", Until: "20110201T000000Z" },
  });
  expect(object.lines).toEqual(
    expect.arrayContaining([
      "DTSTART;TZID=America/Los_Angeles:20110128T160000",
      "RRULE:FREQ=DAILY;UNTIL=20110201T000000Z",
    ]),
  );
  expect(expandedByIcal(object)).toEqual([
    "20110129T000000Z",
    "20110130T000000Z",
    "20110131T000000Z",
    "20110201T000000Z",
  ]);
});

const EXCEPTIONS = [
  { ExceptionStartTime: "20110328T080000Z", Deleted: "1" },
  {
    ExceptionStartTime: "20110321T090000Z",
    StartTime: "20110322T130000Z",
    EndTime: "20110322T140000Z",
    Subject: "Moved",
  },
] as const;

describe("exceptions", () => {
  const rule = { ...WEEKLY, Occurrences: "4" };
  const plain = mapped({ zone: "WEU", rule, fields: { Exceptions: exceptions(...EXCEPTIONS) } });

  it("T-CAL-11 become an EXDATE and a VEVENT of their own", () => {
    const [master, override] = [eventLines(plain.lines, 0), eventLines(plain.lines, 1)];
    expect(master).toContain("EXDATE;TZID=Europe/Berlin:20110328T100000");
    expect(override).toEqual(
      expect.arrayContaining([
        "UID:A",
        "RECURRENCE-ID;TZID=Europe/Berlin:20110321T100000",
        "DTSTART;TZID=Europe/Berlin:20110322T140000",
        "SUMMARY:Moved",
      ]),
    );
    expect(override.join("\n")).not.toMatch(/RRULE|EXDATE/);
    expect(expandedByIcal(plain)).toEqual(["20110314T090000Z", "20110322T130000Z", "20110404T080000Z"]);
    expect(plain.warnings).toEqual([]);
  });

  it("T-CAL-14 may name their instance as InstanceId, and are passed over when they name none", () => {
    const renamed = EXCEPTIONS.map(({ ExceptionStartTime, ...others }) => ({
      InstanceId: ExceptionStartTime,
      ...others,
    }));
    const fields = { Exceptions: exceptions(...renamed, { Subject: "stray" }) };
    const object = mapped({ zone: "WEU", rule, fields });
    expect(object.lines).toEqual(plain.lines);
    expect(object.warnings).toEqual(["exception-unresolved"]);
  });
});

describe("all-day events", () => {
  const fields = { AllDayEvent: "1", StartTime: "20110702T220000Z", EndTime: "20110703T220000Z" };

  it("T-CAL-15 take their dates from the zone", () => {
    const object = mapped({ zone: "WEU", fields });
    expect(object.lines).toEqual(expect.arrayContaining(["DTSTART;VALUE=DATE:20110703", "DTEND;VALUE=DATE:20110704"]));
    expect(object.warnings).toEqual([]);
  });

  it("T-CAL-17 take their dates from the time of day without a zone", () => {
    const object = mapped({ fields });
    expect(object.lines).toEqual(mapped({ zone: "WEU", fields }).lines);
    expect(object.warnings).toEqual(["allday-zone-inferred"]);
  });

  it("T-CAL-19 last a day at least, and to the end of a last minute", () => {
    const cases = [
      mapped({ zone: "WEU", fields: { ...fields, EndTime: "20110702T220000Z" } }),
      mapped({ zone: "WEU", fields, without: ["EndTime"] }),
      mapped({ zone: "WEU", fields: { ...fields, EndTime: "20110703T215900Z" } }),
    ];
    for (const { lines } of cases) expect(lines).toContain("DTEND;VALUE=DATE:20110704");
  });
});

describe("zones of the south", () => {
  it("T-CAL-23 Sydney leaves its summer time in April", () => {
    const object = mapped({
      zone: "AUS",
      fields: { StartTime: "20110331T220000Z" },
      rule: { Type: "0", Occurrences: "4" },
    });
    expect(object.lines).toEqual(
      expect.arrayContaining([
        "DTSTART;TZID=Australia/Sydney:20110401T090000",
        "DTSTART:19700405T030000",
        "DTSTART:19701004T020000",
      ]),
    );
    expect(expandedByIcal(object)).toEqual([
      "20110331T220000Z",
      "20110401T220000Z",
      "20110402T230000Z",
      "20110403T230000Z",
    ]);
  });

  it("T-CAL-24 Brazil changes its clock at the end of a Saturday", () => {
    const object = mapped({
      zone: "BRA",
      fields: { StartTime: "20110214T120000Z" },
      rule: { Type: "1", DayOfWeek: "2", Occurrences: "3" },
    });
    const text = object.lines.join("\n");
    expect(object.lines).toContain("DTSTART;TZID=America/Sao_Paulo:20110214T100000");
    expect(text).toMatch(/DTSTART:19700221T235959\nTZOFFSETFROM:-0200\nTZOFFSETTO:-0300\nRRULE:.*BYDAY=3SA/);
    expect(text).toMatch(/DTSTART:19701017T235959/);
    expect(expandedByIcal(object)).toEqual(["20110214T120000Z", "20110221T130000Z", "20110228T130000Z"]);
  });
});

it("T-CAL-45 passes over what is no time zone", () => {
  const none = mapped({}).lines;
  const valid = Buffer.from(mapped({ zone: "WEU" }).lines.length > 0 ? blobBytes() : []);
  const short = mapped({ fields: { TimeZone: valid.subarray(0, 171).toString("base64") } });
  const text = mapped({ fields: { TimeZone: "not base64!" } });
  const long = mapped({ fields: { TimeZone: Buffer.concat([valid, Buffer.of(1)]).toString("base64") } });
  expect([short.lines, text.lines]).toEqual([none, none]);
  expect([short.warnings, text.warnings]).toEqual([["tz-inconsistent"], ["tz-inconsistent"]]);
  expect(long.lines).toEqual(mapped({ zone: "WEU" }).lines);
});

function blobBytes(): Uint8Array {
  return Buffer.from(BLOBS.WEU, "base64");
}

it("T-CAL-47 reads extended dates", () => {
  const extended = mapped({ zone: "WEU", fields: { StartTime: "2011-03-14T09:00:00.000Z" } });
  expect(extended.lines).toEqual(mapped({ zone: "WEU" }).lines);
});

it("T-SYNC-05 refuses an event without a readable start", () => {
  expect(() => mapped({ fields: { StartTime: "garbage" }, context: mapContext("2", "2:17") })).toThrow(
    expect.objectContaining({ code: "readers/item-unmappable" }),
  );
});
