import { describe, expect, it } from "vitest";
import { mapped } from "../support/calendar-objects.ts";
import type { BLOBS } from "../support/time-zone-blobs.ts";

/** First and last (exclusive) date of an all-day event. */
function dates(StartTime: string, EndTime: string, zone: keyof typeof BLOBS | null = null): readonly string[] {
  const { lines } = mapped({ zone, fields: { AllDayEvent: "1", StartTime, EndTime } });
  return lines.filter((line) => /^DT(?:START|END);/.test(line)).map((line) => line.replace(/^.*VALUE=DATE:/, ""));
}

describe("the date of an all-day event", () => {
  it("is what its digits say at midnight UTC, whatever its zone", () => {
    for (const zone of [null, "WEU", "PST", "ZERO"] as const) {
      expect(dates("20110703T000000Z", "20110704T000000Z", zone)).toEqual(["20110703", "20110704"]);
      expect(dates("20110701T000000Z", "20110703T235900Z", zone)).toEqual(["20110701", "20110704"]);
    }
  });

  it("is that of the midnight in its zone", () => {
    expect(dates("20110703T070000Z", "20110704T070000Z", "PST")).toEqual(["20110703", "20110704"]);
    expect(dates("20110702T140000Z", "20110705T140000Z", "AUS")).toEqual(["20110703", "20110706"]);
    expect(dates("20110702T183000Z", "20110703T183000Z", "IND")).toEqual(["20110703", "20110704"]);
    expect(dates("20111029T220000Z", "20111030T230000Z", "WEU")).toEqual(["20111030", "20111031"]);
  });

  it.each([
    ["20110702T220000Z", "20110703"],
    ["20110702T230000Z", "20110703"],
    ["20110702T183000Z", "20110703"],
    ["20110702T150000Z", "20110703"],
    ["20110702T130000Z", "20110703"],
    ["20110702T120000Z", "20110703"],
    ["20110702T110000Z", "20110703"],
    ["20110702T105900Z", "20110702"],
    ["20110702T100000Z", "20110702"],
    ["20110702T040000Z", "20110702"],
  ])("is inferred from %s without a zone", (start, date) => {
    expect(dates(start, start)[0]).toBe(date);
  });

  it("is written without a zone", () => {
    const { lines } = mapped({ zone: "WEU", fields: { AllDayEvent: "1", StartTime: "20110702T220000Z" } });
    expect(lines.join("\n")).not.toMatch(/VTIMEZONE|TZID|ALLDAYEVENT/);
  });
});

it("a timed event never ends before it starts, and is told to", () => {
  const ended = mapped({ zone: "WEU", fields: { EndTime: "20110314T080000Z" } });
  expect(ended.lines).toContain("DTEND;TZID=Europe/Berlin:20110314T100000");
  expect(ended.warnings).toEqual(["end-before-start"]);
  const endless = mapped({ zone: "WEU", without: ["EndTime"] });
  expect(endless.lines.join("\n")).not.toContain("DTEND");
  expect(endless.warnings).toEqual(["end-before-start"]);
});
