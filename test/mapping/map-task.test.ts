import { describe, expect, it } from "vitest";
import { children, mappedTask } from "../support/calendar-objects.ts";
import { mapContext } from "../support/sync-elements.ts";

const LOCAL_DATES = {
  Subject: "T",
  UtcStartDate: "2011-03-13T23:00:00.000Z",
  StartDate: "2011-03-14T00:00:00.000Z",
  UtcDueDate: "2011-03-17T23:00:00.000Z",
  DueDate: "2011-03-18T00:00:00.000Z",
  Importance: "2",
  Complete: "0",
};

/** The times of a task. */
const timesOf = (fields: Parameters<typeof mappedTask>[0], context = mapContext("7", "7:1")) =>
  mappedTask(fields, context).lines.filter((line) => /^(?:DTSTART|DUE|RRULE)[:;]/.test(line));

describe("a task", () => {
  it("T-TASK-01 is a VTODO with the dates of its owner's clock", () => {
    const object = mappedTask(LOCAL_DATES);
    expect(object.lines).toEqual(
      expect.arrayContaining([
        "DTSTART;VALUE=DATE:20110314",
        "DUE;VALUE=DATE:20110318",
        "PRIORITY:1",
        "STATUS:NEEDS-ACTION",
        "SUMMARY:T",
        "UID:6d35c5a12dcfec28408edcee1776d870@hu01.invalid",
      ]),
    );
    expect(object.lines.filter((line) => line.startsWith("BEGIN:"))).toEqual(["BEGIN:VCALENDAR", "BEGIN:VTODO"]);
    expect([object.title, object.dateMillis]).toEqual(["T", Date.UTC(2011, 2, 14)]);
  });

  it("T-TASK-03 is completed", () => {
    const { lines } = mappedTask({ Complete: "1", DateCompleted: "2011-03-15T10:00:00.000Z" });
    expect(lines).toEqual(
      expect.arrayContaining(["STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20110315T100000Z"]),
    );
  });

  it("T-TASK-04 reminds at an instant, or not at all", () => {
    const ReminderTime = "2011-03-14T08:00:00.000Z";
    expect(mappedTask({ ReminderSet: "1", ReminderTime }).lines).toContain("TRIGGER;VALUE=DATE-TIME:20110314T080000Z");
    expect(mappedTask({ ReminderSet: "0", ReminderTime }).lines.join("\n")).not.toContain("VALARM");
  });

  it.each([
    ["0", 9],
    ["1", 5],
    ["2", 1],
  ])("has its importance %s as priority", (Importance, priority) => {
    expect(mappedTask({ Importance }).lines).toContain(`PRIORITY:${priority}`);
  });

  it("keeps a UID that it has, on one line", () => {
    expect(mappedTask({ UID: "a\nb;c" }).lines).toContain("UID:a\\nb\\;c");
  });

  it("says what events say", () => {
    const { lines } = mappedTask({ Body: "a\r\nb", Categories: "c", Sensitivity: "2" });
    expect(lines).toEqual(expect.arrayContaining(["DESCRIPTION:a\\nb", "CATEGORIES:c", "CLASS:PRIVATE"]));
  });

  it("keeps its HTML beside the text that it shows, unless told not to", () => {
    const fields = { Subject: "T", Body: children({ Type: "2", Data: "<p>Hi, <b>you</b></p>" }) };
    const { lines } = mappedTask(fields);
    expect(lines).toContain("DESCRIPTION:Hi\\, you");
    expect(lines).toContain("X-ALT-DESC;FMTTYPE=text/html:<p>Hi\\, <b>you</b></p>");
    const plain = mappedTask(fields, mapContext("7", "7:1", { noHtmlAlt: true }));
    expect(plain.lines.join("\n")).not.toContain("X-ALT-DESC");
  });

  it("hands on what no property stands for", () => {
    const { elements } = mappedTask({ OrdinalDate: "2011-03-14T08:00:00.000Z", SubOrdinalDate: "5", Subject: "T" });
    expect(elements).toEqual({ OrdinalDate: "2011-03-14T08:00:00.000Z", SubOrdinalDate: "5" });
  });

  it("has no dates when it has none", () => {
    const object = mappedTask({ Subject: "T" });
    expect(object.lines.join("\n")).not.toMatch(/DTSTART|DUE|RRULE/);
    expect(object.dateMillis).toBeNull();
  });

  it("is refused with a date that cannot be read", () => {
    expect(() => mappedTask({ DueDate: "soon" })).toThrow(expect.objectContaining({ code: "readers/item-unmappable" }));
  });
});

describe("the dates of a task", () => {
  it("are times in UTC when the owner's clock shows one", () => {
    const timed = {
      UtcStartDate: "2011-03-14T08:00:00.000Z",
      StartDate: "2011-03-14T09:00:00.000Z",
      UtcDueDate: "2011-03-14T09:00:00.000Z",
      DueDate: "2011-03-14T10:00:00.000Z",
    };
    expect(timesOf(timed)).toEqual(["DTSTART:20110314T080000Z", "DUE:20110314T090000Z"]);
  });

  it("are of one type, whichever of the two forms are there", () => {
    const { UtcDueDate: _, ...withoutUtcDue } = LOCAL_DATES;
    const { DueDate: __, ...withoutDue } = LOCAL_DATES;
    const both = ["DTSTART;VALUE=DATE:20110314", "DUE;VALUE=DATE:20110318"];
    expect(timesOf(withoutUtcDue)).toEqual(both);
    expect(timesOf(withoutDue)).toEqual(both);
    expect(timesOf({ DueDate: "2011-03-18T00:00:00.000Z" })).toEqual(["DUE;VALUE=DATE:20110318"]);
    expect(timesOf({ UtcDueDate: "2011-03-18T09:30:00.000Z" })).toEqual(["DUE:20110318T093000Z"]);
    expect(timesOf({ DueDate: "2011-03-18T09:30:00.000Z" })).toEqual(["DUE:20110318T093000"]);
  });

  it("leave out a start that is not before the due date", () => {
    const sameDay = { StartDate: "2011-03-18T00:00:00.000Z", DueDate: "2011-03-18T00:00:00.000Z" };
    expect(timesOf(sameDay)).toEqual(["DUE;VALUE=DATE:20110318"]);
  });
});

describe("a recurring task", () => {
  const recurring = (rule: Readonly<Record<string, string>>, fields = {}) => ({
    ...fields,
    Recurrence: children({ Type: "1", DayOfWeek: "2", ...rule }),
  });

  it("T-TASK-06 keeps the Z of its last time", () => {
    const timed = {
      UtcStartDate: "2011-03-14T08:00:00.000Z",
      StartDate: "2011-03-14T09:00:00.000Z",
    };
    expect(timesOf(recurring({ Until: "2011-04-04T08:00:00.000Z" }, timed))).toEqual([
      "DTSTART:20110314T080000Z",
      "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20110404T080000Z",
    ]);
  });

  it("begins where its rule begins, else at its start, else when it is due", () => {
    const rule = "RRULE:FREQ=WEEKLY;BYDAY=MO";
    const due = { DueDate: "2011-03-21T00:00:00.000Z", UtcDueDate: "2011-03-20T23:00:00.000Z" };
    expect(timesOf(recurring({ Start: "2011-03-14T00:00:00.000Z" }, due))).toEqual([
      "DTSTART;VALUE=DATE:20110314",
      "DUE;VALUE=DATE:20110321",
      rule,
    ]);
    expect(timesOf(recurring({ Start: "2011-03-13T23:00:00.000Z" }, due))[0]).toBe("DTSTART;VALUE=DATE:20110314");
    expect(timesOf(recurring({}, due))).toEqual(["DTSTART;VALUE=DATE:20110321", rule]);
  });

  it("without any date is a single task", () => {
    const object = mappedTask(recurring({}));
    expect(object.lines.join("\n")).not.toMatch(/DTSTART|DUE|RRULE/);
    expect(object.warnings).toContain("recurrence-invalid");
  });

  it("that begins again on completion is told apart", () => {
    const object = mappedTask(recurring({ Regenerate: "1" }, LOCAL_DATES));
    expect(object.lines).toContain("X-HU01-REGENERATE:1");
    expect(object.lines.join("\n")).not.toContain("RRULE");
    expect(object.warnings).toContain("recurrence-invalid");
  });

  it("that has ended is a single task", () => {
    const object = mappedTask(recurring({ DeadOccur: "1" }, LOCAL_DATES));
    expect(object.lines.join("\n")).not.toContain("RRULE");
    expect(object.warnings).not.toContain("recurrence-invalid");
  });

  it("at a time of day takes the zone that the person gives", () => {
    const context = mapContext("7", "7:1", { defaultTimeZone: "Europe/Berlin" });
    const timed = { UtcStartDate: "2011-03-14T08:00:00.000Z", StartDate: "2011-03-14T09:00:00.000Z" };
    expect(timesOf(recurring({}, timed), context)[0]).toBe("DTSTART:19701025T030000");
    expect(timesOf(recurring({}, timed), context)).toContain("DTSTART;TZID=Europe/Berlin:20110314T090000");
    expect(mappedTask(recurring({}, timed)).warnings).toContain("tz-unknown-recurring");
  });
});
