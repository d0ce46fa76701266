import { describe, expect, it } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { foldLines } from "../../shared/bytes/fold-line.ts";
import { type CalendarObject, parseCalendar } from "../../shared/readers/parse-calendar.ts";
import { calendar, event } from "../support/mime-samples.ts";
import { expectValidPim } from "../support/pim-oracles.ts";

function parse(lines: readonly string[]): CalendarObject {
  const context = { charset: null, method: null, stampMillis: 0 };
  const [object] = [...parseCalendar(new TextEncoder().encode(calendar(lines)), context)];
  if (object === undefined) throw new Error("no calendar");
  expectValidPim(concatBytes([...foldLines(object.lines)]));
  return object;
}

/** The VTIMEZONEs of a calendar, and where the first of them stands. */
const zonesOf = ({ lines }: CalendarObject) => lines.filter((_, i) => lines[i - 1] === "BEGIN:VTIMEZONE");

describe("a calendar that names a zone without defining it", () => {
  it("gets the rules of the IANA zone, in front of its components, and its name stays", () => {
    const object = parse(event("1", ["RECURRENCE-ID;TZID=Europe/Berlin:20110711T090000"]));
    const at = object.lines.indexOf("BEGIN:VTIMEZONE");
    expect(object.lines.slice(at, at + 15)).toEqual([
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
    ]);
    expect(object.lines.indexOf("BEGIN:VEVENT")).toBe(at + 15);
    expect(object.lines).toContain("RECURRENCE-ID;TZID=Europe/Berlin:20110711T090000");
    expect(object.warnings).toEqual(["ics-repaired"]);
  });

  it("gets those of the year in which it first names it", () => {
    const object = parse(
      event("1", ["EXDATE;TZID=America/New_York:20110314T090000", "RDATE;TZID=America/New_York:20060314T090000"]),
    );
    expect(object.lines).toContain("RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU");
    expect(object.lines).not.toContain("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU");
  });

  it.each([
    ['"Romance Standard Time"', "Romance Standard Time", "+0200"],
    ["India Standard Time", "India Standard Time", "+0530"],
    ["/freeassociation.sourceforge.net/Asia/Tokyo", "/freeassociation.sourceforge.net/Asia/Tokyo", "+0900"],
    ["/x.example/2011_1/America/Argentina/Buenos_Aires", "/x.example/2011_1/America/Argentina/Buenos_Aires", "-0300"],
    ["Etc/UTC", "Etc/UTC", "+0000"],
  ])("knows %s", (parameter, id, offset) => {
    const object = parse(event("1", [`DTEND;TZID=${parameter}:20110711T090000`]));
    expect(zonesOf(object)).toEqual([`TZID:${id}`]);
    expect(object.lines).toContain(`TZOFFSETTO:${offset}`);
    expect(object.lines).toContain(`DTEND;TZID=${parameter}:20110711T090000`);
  });

  it("is left alone, with a warning, when nobody knows the name", () => {
    const lines = event("1", ["DTEND;TZID=Customized Time Zone:20110711T090000"]);
    const object = parse(lines);
    expect(object.lines).toEqual(calendar(lines).split("\r\n").slice(0, -1));
    expect(object.warnings).toEqual(["tz-undefined"]);
  });

  it("has each zone once, also where another component defines one", () => {
    const zone = ["BEGIN:VTIMEZONE", "TZID:Europe/Paris", ...["BEGIN:STANDARD", "DTSTART:19700101T000000"]];
    const rest = ["TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE"];
    const times = ["DTEND;TZID=Europe/Paris:20110711T090000", "EXDATE;TZID=Asia/Tokyo:20110711T090000"];
    const object = parse([...zone, ...rest, ...event("1", [...times, "RDATE;TZID=Asia/Tokyo:20110711T090000"])]);
    expect(zonesOf(object)).toEqual(["TZID:Asia/Tokyo", "TZID:Europe/Paris"]);
  });

  it("is not one where only a text looks like it", () => {
    const object = parse(event("1", ["DESCRIPTION:a\\;TZID=Europe/Berlin:20110711T090000", 'X-A;X="a;TZID=b":c']));
    expect(object.lines.join("\n")).not.toContain("VTIMEZONE");
    expect(object.warnings).toEqual([]);
  });
});
