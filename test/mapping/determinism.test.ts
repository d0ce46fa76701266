import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ArchiveError } from "../../shared/errors.ts";
import { mapEvent } from "../../shared/mapping/map-event.ts";
import { mapTask } from "../../shared/mapping/map-task.ts";
import type { SyncElement } from "../../shared/mapping/sync-element.ts";
import { writtenBytes } from "../support/calendar-objects.ts";
import { expectValidPim } from "../support/pim-oracles.ts";
import { el, mapContext } from "../support/sync-elements.ts";
import { BLOBS } from "../support/time-zone-blobs.ts";

it("gives the same objects whatever the zone, the language and the day of the machine", () => {
  const script = fileURLToPath(new URL("../support/print-calendars.ts", import.meta.url));
  const run = (TZ: string, LANG: string) =>
    execFileSync(process.execPath, [script], { env: { ...process.env, TZ, LANG, LC_ALL: LANG }, encoding: "utf8" });
  const here = run("UTC", "C");
  expect(here).toContain("BEGIN:VTIMEZONE");
  expect(run("Pacific/Auckland", "de_DE.UTF-8")).toBe(here);
  expect(run("America/St_Johns", "tr_TR.UTF-8")).toBe(here);
});

const date = fc.oneof(
  fc
    .date({ min: new Date("1900-01-01T00:00:00Z"), max: new Date("2200-01-01T00:00:00Z"), noInvalidDate: true })
    .map((each) => each.toISOString()),
  fc.constantFrom("20110314T090000Z", "20110314", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
);
const number = fc.oneof(fc.integer({ min: -3, max: 130 }).map(String), fc.constantFrom("", "x", "1e9", "99999999"));
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("\r\nBEGIN:VEVENT", "\u2028", "a;b,c\\"),
);
const zone = fc.oneof(fc.constantFrom(...Object.values(BLOBS)), text);
const leaf = (names: readonly string[], value: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom(...names), value).map(([name, content]) => el(name, content));
const numbers = ["Type", "Interval", "DayOfWeek", "DayOfMonth", "WeekOfMonth", "MonthOfYear", "Occurrences"];
const recurrence = fc
  .array(
    fc.oneof(
      leaf([...numbers, "FirstDayOfWeek", "CalendarType", "Regenerate"], number),
      leaf(["Until", "Start"], date),
    ),
  )
  .map((children) => el("Recurrence", children));
const texts = leaf(["Subject", "Location", "UID", "Body", "OrganizerName", "OrganizerEmail", "Categories"], text);
const states = leaf(["AllDayEvent", "BusyStatus", "Sensitivity", "Reminder", "MeetingStatus", "Complete"], number);
const times = leaf(["StartTime", "EndTime", "DtStamp", "UtcStartDate", "StartDate", "UtcDueDate", "DueDate"], date);
const attendee = fc.array(leaf(["Email", "Name", "AttendeeType"], text)).map((children) => el("Attendee", children));
const exception = fc
  .array(fc.oneof(leaf(["ExceptionStartTime", "StartTime", "EndTime"], date), texts, leaf(["Deleted"], number)))
  .map((children) => el("Exception", children));
const anyItem: fc.Arbitrary<SyncElement> = fc
  .array(
    fc.oneof(
      texts,
      states,
      times,
      times,
      recurrence,
      leaf(["TimeZone"], zone),
      fc.array(attendee).map((children) => el("Attendees", children)),
      fc.array(exception).map((children) => el("Exceptions", children)),
    ),
    { maxLength: 16 },
  )
  .chain((children) => date.map((start) => el("ApplicationData", [...children, el("StartTime", start)])));

it.each([
  ["event", mapEvent],
  ["task", mapTask],
] as const)("maps any %s to a valid object or refuses it by its code", (_, map) => {
  let mappedItems = 0;
  fc.assert(
    fc.property(anyItem, fc.boolean(), (item, isExact) => {
      const context = mapContext("2", "2:17", { clip: isExact ? "setpos" : "plain", keepSource: isExact });
      try {
        const object = map(item, context);
        expectValidPim(writtenBytes(object));
        expect(object.lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
        const times = object.lines.filter((line) => /^(?:DT(?:START|END|STAMP)|DUE|EXDATE|RECURRENCE-ID)\b/.test(line));
        for (const line of times) expect(line).toMatch(/^[A-Z-]+(?:;[^:]*)?:\d{8}(?:T\d{6}Z?)?$/);
        mappedItems += 1;
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        expect(error.code).toBe("readers/item-unmappable");
      }
    }),
    { numRuns: 600 },
  );
  expect(mappedItems).toBeGreaterThan(100);
});
