import { describe, expect, it } from "vitest";
import { mergeCalendars } from "../../shared/mapping/merge-calendars.ts";
import { parseTimeZone } from "../../shared/mapping/parse-vtimezone.ts";
import { parseTimeZoneBlob } from "../../shared/mapping/time-zone-blob.ts";
import { timeZoneLines } from "../../shared/mapping/vtimezone.ts";
import { mapped, writtenBytes } from "../support/calendar-objects.ts";
import { expectValidPim } from "../support/pim-oracles.ts";
import { BLOBS, oldPacific } from "../support/time-zone-blobs.ts";

const WEEKLY = { Type: "1", DayOfWeek: "2", Occurrences: "2" };
const event = (UID: string, fields = {}, rule?: Readonly<Record<string, string>>) =>
  mapped({ zone: "PST", fields: { UID, ...fields }, ...(rule === undefined ? {} : { rule }) });
const old = (UID: string, rule?: Readonly<Record<string, string>>) =>
  event(UID, { TimeZone: oldPacific(), StartTime: "20060710T170000Z" }, rule);

const count = (lines: readonly string[], text: string) => lines.filter((line) => line === text).length;

describe("a merged calendar", () => {
  it("has one VTIMEZONE for each TZID, and every component", () => {
    const merged = mergeCalendars([event("1"), mapped({ zone: "WEU" }), event("2", {}, WEEKLY), mapped({})]);
    expect(count(merged.lines, "BEGIN:VTIMEZONE")).toBe(2);
    expect(count(merged.lines, "BEGIN:VEVENT")).toBe(4);
    expect(count(merged.lines, "VERSION:2.0")).toBe(1);
    expect(merged.lines.lastIndexOf("END:VTIMEZONE")).toBeLessThan(merged.lines.indexOf("BEGIN:VEVENT"));
    expect([merged.conflicts, merged.leftOut]).toEqual([[], []]);
    expectValidPim(writtenBytes({ ...merged, warnings: [], title: null, dateMillis: null }));
  });

  it("keeps the rules that most objects have, and tells the others in UTC or leaves them out", () => {
    const merged = mergeCalendars([old("1"), event("2"), event("3"), old("4", WEEKLY), event("5")]);
    expect(merged.conflicts).toEqual([0, 3]);
    expect(merged.leftOut).toEqual([3]);
    expect(merged.lines).toContain("DTSTART:20060710T170000Z");
    expect(merged.lines).toContain("DTEND:20060710T180000Z");
    expect(merged.lines).toContain("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU");
    expect(merged.lines.join("\n")).not.toContain("BYMONTH=10");
    expect(count(merged.lines, "BEGIN:VEVENT")).toBe(4);
  });

  it("keeps the first of two rules that equally many have", () => {
    const merged = mergeCalendars([old("1", WEEKLY), event("2")]);
    expect(merged.conflicts).toEqual([1]);
    expect(merged.lines).toContain("DTSTART:20110314T090000Z");
    expect(merged.lines).toContain("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU");
  });

  it("of nothing is nothing", () => {
    expect(mergeCalendars([]).lines).toEqual([]);
  });
});

it.each(Object.entries(BLOBS))("reads back the rules of %s", (_, base64) => {
  const blob = parseTimeZoneBlob(base64);
  if (typeof blob === "string") return;
  const lines = timeZoneLines("X", blob.rules);
  expect(timeZoneLines("X", parseTimeZone(lines))).toEqual(lines);
});
