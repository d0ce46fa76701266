import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { foldLines } from "../../shared/bytes/fold-line.ts";
import { ArchiveError } from "../../shared/errors.ts";
import { type CalendarObject, parseCalendar } from "../../shared/readers/parse-calendar.ts";
import { repairLine } from "../../shared/readers/repair-line.ts";
import { calendar, event } from "../support/mime-samples.ts";
import { expectValidPim } from "../support/pim-oracles.ts";

const CONTEXT = { charset: null, method: null, stampMillis: 0 };

function parse(text: string): readonly CalendarObject[] {
  const objects = [...parseCalendar(new TextEncoder().encode(text), CONTEXT)];
  for (const object of objects) expectValidPim(concatBytes([...foldLines(object.lines)]));
  return objects;
}

describe("calendars", () => {
  it("give summary and start of their first event", () => {
    const [object] = parse(calendar(event("1", ["SUMMARY:a\\, b\\nc"])));
    expect(object).toMatchObject({ summary: "a, b\nc", dateMillis: Date.UTC(2011, 1, 1, 9), component: "VEVENT" });
    const [floating] = parse(calendar(event("1")).replace("DTSTART:20110201T090000Z", "DTSTART;VALUE=DATE:20110201"));
    expect(floating?.dateMillis).toBeNull();
  });

  it("lose nothing to text in front, behind or between", () => {
    const [object, ...others] = parse(`\r\n\r\nhello\r\n${calendar(event("1"))}trailer\r\n`);
    expect(others).toEqual([]);
    expect(object?.lines).toEqual(calendar(event("1")).split("\r\n").slice(0, -1));
    expect(object?.warnings).toEqual(["ics-repaired"]);
  });

  it("that follow each other are all read", () => {
    expect(parse(calendar(event("1")) + calendar(event("2")))).toHaveLength(2);
  });

  it("keep a time zone by itself, and one without anything", () => {
    expect(parse(calendar(["BEGIN:VTIMEZONE", "TZID:x", "END:VTIMEZONE"]))[0]).toMatchObject({
      component: "other",
      summary: null,
    });
    expect(parse(calendar([]))).toHaveLength(1);
  });

  it("in UTC lose a TZID, which RFC 5545 3.2.19 forbids there", () => {
    const [object] = parse(
      calendar(event("1", ["DTEND;TZID=Europe/Berlin:20110201T100000Z", "DUE;TZID=X:20110201T100000"])),
    );
    expect(object?.lines).toContain("DTEND:20110201T100000Z");
    expect(object?.lines).toContain("DUE;TZID=X:20110201T100000");
    expect(object?.warnings).toEqual(["ics-repaired", "tz-undefined"]);
  });

  it("have what is repaired escaped as everything is: no value ends a line in any reader", () => {
    const [object] = parse(calendar(event("1", ["SUMMARY;ENCODING=QUOTED-PRINTABLE:a=07=0D=0Ab=E2=80=A8c;d"])));
    expect(object?.lines).toContain("SUMMARY:a\\nb\\nc\\;d");
    expect(object?.summary).toBe("a\nb\nc;d");
    expect(repairLine("?? no\u2028property\t;")).toBe("X-HU01-MALFORMED:?? no\\nproperty\t\\;");
  });

  it("of version 1.0 have their quoted-printable decoded", () => {
    const text = calendar(
      event("1", ["DESCRIPTION;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg=0D=0A=", "b, c"]),
    );
    const [object] = parse(text.replace("VERSION:2.0", "VERSION:1.0"));
    expect(object?.lines).toContain("DESCRIPTION:Jörg\\nb\\, c");
  });

  it("have folds inside a character undone", () => {
    const bytes = Buffer.from(calendar(event("1", ["SUMMARY:J@rg"])));
    const at = bytes.indexOf("@");
    const folded = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from([0xc3, 0x0d, 0x0a, 0x20, 0xb6]),
      bytes.subarray(at + 1),
    ]);
    expect([...parseCalendar(Uint8Array.from(folded), CONTEXT)][0]?.summary).toBe("Jörg");
  });

  it("balance alarms, stray ends and nested events", () => {
    const [first, second] = parse(
      [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:x",
        "END:VEVENT",
        ...event("1").slice(0, -1),
        "BEGIN:VALARM",
        "ACTION:AUDIO",
        "TRIGGER:PT0S",
        ...event("2"),
        "end:vcalendar",
      ].join("\n"),
    );
    expect(first?.lines.slice(-4)).toEqual(["TRIGGER:PT0S", "END:VALARM", "END:VEVENT", "END:VCALENDAR"]);
    expect(second?.lines.slice(3, -1)).toEqual(event("2"));
  });

  it("whose UID is empty get one in its place", () => {
    const [object] = parse(calendar(event("")));
    expect(object?.lines.filter((line) => line.startsWith("UID"))).toEqual([
      expect.stringMatching(/^UID:[0-9a-f]{32}@hu01\.invalid$/),
    ]);
    expect(object?.warnings).toEqual(["uid-synthesised"]);
  });

  it("that are bare events get a calendar around them", () => {
    const [object] = parse(event("1").join("\r\n"));
    expect(object?.lines.slice(0, 4)).toEqual([
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      expect.stringMatching(/^PRODID:/),
      "BEGIN:VEVENT",
    ]);
  });

  it("that nest absurdly deep are refused", () => {
    expect(() => parse(`BEGIN:VCALENDAR\r\n${"BEGIN:X-A\r\n".repeat(1000)}`)).toThrow(ArchiveError);
  });

  it("of any broken lines come out valid, or not at all", () => {
    const line = fc.constantFrom(
      "BEGIN:VCALENDAR",
      "END:VCALENDAR",
      "BEGIN:VEVENT",
      "END:VEVENT",
      "BEGIN:VTODO",
      "END:VTODO",
      "BEGIN:VALARM",
      "END:VALARM",
      "BEGIN:VTIMEZONE",
      "END:VTIMEZONE",
      "TZID:a",
      "UID:1",
      "UID:2",
      "UID:",
      "SUMMARY:é\\",
      "no property",
      " fold",
      "",
      "METHOD:REQUEST",
      "DTSTART;TZID=a:20110101T000000",
      "X-É:1",
      "BEGIN:X-A",
      "END:X-A",
      "begin:vevent",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        for (const object of [...parseCalendar(new TextEncoder().encode(lines.join("\r\n")), CONTEXT)]) {
          const text = new TextDecoder().decode(concatBytes([...foldLines(object.lines)]));
          expect(text).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/);
          const again = [...parseCalendar(new TextEncoder().encode(text), CONTEXT)];
          expect(again.map((copy) => copy.lines)).toEqual([object.lines]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
