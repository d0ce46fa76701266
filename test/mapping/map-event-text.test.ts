import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import type { SyncElement } from "../../shared/mapping/sync-element.ts";
import { children, mapped, writtenBytes } from "../support/calendar-objects.ts";
import { physicalLines } from "../support/content-text.ts";
import { el, mapContext } from "../support/sync-elements.ts";

const linesOf = (fields: Readonly<Record<string, string | readonly SyncElement[]>>): readonly string[] =>
  mapped({ fields }).lines;

function summaryOf(lines: readonly string[]): unknown {
  const event = new ICAL.Component(ICAL.parse(lines.join("\r\n"))).getFirstSubcomponent("vevent");
  return event?.getFirstPropertyValue("summary");
}

const body = (fields: Readonly<Record<string, string>>) => ({ Body: children(fields) });

describe("text", () => {
  it("T-CAL-26 is escaped in one pass", () => {
    const lines = linesOf({ Subject: "C:\\new;a,b\r\nx" });
    expect(lines).toContain("SUMMARY:C:\\\\new\\;a\\,b\\nx");
    expect(summaryOf(lines)).toBe("C:\\new;a,b\nx");
    expect(linesOf({ Subject: "\\n" })).toContain("SUMMARY:\\\\n");
  });

  it.each([
    ["é".repeat(40), [74, 15]],
    [`${"a".repeat(66)}💪!`, [74, 6]],
    ["a".repeat(67), [75]],
    ["a".repeat(68), [75, 2]],
    ["日".repeat(60), [74, 73, 43]],
  ])("T-CAL-27 is folded between characters %#", (Subject, octets) => {
    const physical = physicalLines(writtenBytes(mapped({ fields: { Subject } })));
    const begin = physical.findIndex((line) => new TextDecoder().decode(line).startsWith("SUMMARY:"));
    expect(physical.slice(begin, begin + octets.length).map(({ length }) => length)).toEqual(octets);
    for (const line of physical) expect(new TextDecoder().decode(line)).not.toContain("\ufffd");
  });

  it("T-CAL-28 has line ends of every kind made one", () => {
    expect(linesOf(body({ Type: "1", Data: "a\r\nb\rc\nd" }))).toContain("DESCRIPTION:a\\nb\\nc\\nd");
    expect(linesOf({ Body: "a\r\nb" })).toContain("DESCRIPTION:a\\nb");
  });

  it("T-CAL-29 is shown of HTML, which is kept beside it", () => {
    const fields = body({ Type: "2", Data: "<p>Hi &amp; <b>bye</b></p><p>2</p>" });
    const lines = linesOf(fields);
    expect(lines.filter((line) => line.startsWith("DESCRIPTION")).map((line) => line.replace("\\n\\n", "\\n"))).toEqual(
      ["DESCRIPTION:Hi & bye\\n2"],
    );
    expect(lines).toContain("X-ALT-DESC;FMTTYPE=text/html:<p>Hi &amp\\; <b>bye</b></p><p>2</p>");
    const without = mapped({ fields, context: mapContext("2", "2:17", { noHtmlAlt: true }) });
    expect(without.lines.join("\n")).not.toContain("X-ALT-DESC");
  });

  it("is told to be cut off", () => {
    expect(mapped({ fields: body({ Type: "1", Data: "a", Truncated: "1" }) }).warnings).toEqual(["body-truncated"]);
  });

  it("may be missing", () => {
    const object = mapped({ fields: { Subject: "", Location: "", Body: "", Reminder: "" } });
    expect(object.lines.join("\n")).not.toMatch(/SUMMARY|LOCATION|DESCRIPTION|VALARM/);
    expect(object.title).toBeNull();
  });
});

describe("identity", () => {
  it("T-CAL-33 without a UID is derived from the source", () => {
    const object = mapped({ without: ["UID"] });
    expect(object.lines).toContain("UID:514579e3930e32c8ce0004b8ce4f9f1e@hu01.invalid");
    expect(object.warnings).toEqual(["uid-synthesised"]);
    expect(mapped({ without: ["UID"] })).toEqual(object);
  });

  it.each([
    [
      "BAAAAIIA4AB0xbcQGoLgCAfUCRDgQMnBJoXEAQAAAAAAAAAAEAAAAAvw7UtuTulOnjnjhns3jvM=",
      "040000008200E00074C5B7101A82E00800000000E040C9C12685C4010000000000000000100000000BF0ED4B6E4EE94E9E39E3867B378EF3",
    ],
    [
      "BAAAAIIA4AB0xbcQGoLgCAAAAAAAAAAAAAAAAAAAAAAAAAAAMwAAAHZDYWwtVWlkAQAAAHs4MTQxMkQzQy0yQTI0LTRFOUQtQjIwRS0xMUY3QkJFOTI3OTl9AA==",
      "{81412D3C-2A24-4E9D-B20E-11F7BBE92799}",
    ],
  ])("T-CAL-35 is taken from a GlobalObjId %#", (GlobalObjId, uid) => {
    expect(mapped({ without: ["UID"], fields: { GlobalObjId } }).lines).toContain(`UID:${uid}`);
  });

  it("has time stamps from the source, the archive, or 1970, never from the clock", () => {
    expect(linesOf({})).toEqual(expect.arrayContaining(["DTSTAMP:20110301T080000Z", "LAST-MODIFIED:20110301T080000Z"]));
    const fallback = mapped({ without: ["DtStamp"], context: mapContext("2", "2:17", {}, Date.UTC(2012, 0, 2)) });
    expect(fallback.lines).toContain("DTSTAMP:20120102T000000Z");
    expect(fallback.warnings).toEqual(["dtstamp-synthesised"]);
    const none = mapped({ without: ["DtStamp"] });
    expect(none.lines).toContain("DTSTAMP:19700101T000000Z");
    expect(none.lines.join("\n")).not.toContain("LAST-MODIFIED");
  });

  it("begins as a calendar begins", () => {
    const head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//HU01 Converter//NONSGML 1.0//EN", "CALSCALE:GREGORIAN"];
    expect(linesOf({}).slice(0, 4)).toEqual(head);
    expect(linesOf({})).toContain("SEQUENCE:0");
    const legacy = mapped({ context: mapContext("2", "2:17", { outlookLegacy: true }) });
    expect(legacy.lines.slice(0, 5)).toEqual([...head, "METHOD:PUBLISH"]);
  });
});

describe("state", () => {
  it.each([
    ["0", ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]],
    ["1", ["STATUS:TENTATIVE", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"]],
    ["2", ["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"]],
    ["3", ["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"]],
    ["4", ["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"]],
    ["", ["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"]],
  ])("T-CAL-37 BusyStatus %j", (BusyStatus, expected) => {
    expect(linesOf({ BusyStatus }).filter((line) => /^(?:STATUS|TRANSP|X-MICROSOFT-CDO)/.test(line))).toEqual(expected);
  });

  it.each(["5", "7", "13", "15"])("T-CAL-38 MeetingStatus %s is cancelled", (MeetingStatus) => {
    const lines = linesOf({ MeetingStatus });
    expect(lines).toContain("STATUS:CANCELLED");
    expect(lines.join("\n")).not.toContain("METHOD");
  });

  it.each(["1", "3", "9", "11"])("MeetingStatus %s is confirmed, or tentative", (MeetingStatus) => {
    expect(linesOf({ MeetingStatus })).toContain("STATUS:CONFIRMED");
    expect(linesOf({ MeetingStatus, BusyStatus: "1" })).toContain("STATUS:TENTATIVE");
  });

  it("T-CAL-39 categories are escaped one by one", () => {
    const lines = linesOf({ Categories: [el("Category", "a,b"), el("Category", "c;d")] });
    expect(lines).toContain("CATEGORIES:a\\,b,c\\;d");
  });

  it("T-CAL-44 sensitivity", () => {
    const classes = (Sensitivity: string) => linesOf({ Sensitivity }).filter((line) => /CLASS|SENSI/.test(line));
    expect(classes("0")).toEqual(["CLASS:PUBLIC"]);
    expect(classes("1")).toEqual(["CLASS:PRIVATE", "X-HU01-SENSITIVITY:1"]);
    expect(classes("2")).toEqual(["CLASS:PRIVATE"]);
    expect(classes("3")).toEqual(["CLASS:CONFIDENTIAL"]);
  });

  it("reminders of any length are kept", () => {
    const alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER:-PT15M", "END:VALARM"];
    expect(linesOf({ Reminder: "15" }).slice(-7, -2)).toEqual(alarm);
    expect(linesOf({ Reminder: "0" })).toContain("TRIGGER:PT0S");
    expect(linesOf({ Reminder: "20160" })).toContain("TRIGGER:-PT20160M");
  });

  it("takes the prefix off what is cancelled, when asked to", () => {
    const context = mapContext("2", "2:17", { stripCancelPrefix: true });
    const subject = (MeetingStatus: string) =>
      mapped({ fields: { Subject: "Abgesagt: S", MeetingStatus }, context }).title;
    expect([subject("5"), subject("1")]).toEqual(["S", "Abgesagt: S"]);
    expect(linesOf({ Subject: "Canceled: S", MeetingStatus: "5" })).toContain("SUMMARY:Canceled: S");
  });

  it("keeps place and links", () => {
    const lines = linesOf({
      Location: children({ DisplayName: "Room 1, here", Latitude: "52.5", Longitude: "-13.4" }),
      OnlineMeetingExternalLink: "https://x.org/a,b;c",
      DisallowNewTimeProposal: "1",
      AppointmentReplyTime: "20110302T080000Z",
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        "LOCATION:Room 1\\, here",
        "GEO:52.5;-13.4",
        "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK:https://x.org/a,b;c",
        "CONFERENCE;VALUE=URI:https://x.org/a,b;c",
        "X-MICROSOFT-DISALLOW-COUNTER:TRUE",
        "X-HU01-REPLYTIME:20110302T080000Z",
      ]),
    );
    expect(linesOf({ Location: "Room 2" })).toContain("LOCATION:Room 2");
  });

  it("keeps source fields when asked to", () => {
    const context = mapContext("2", "2:17", { keepSource: true });
    const fields = { MeetingStatus: "9", ResponseType: "3", NativeBodyType: "2" };
    expect(mapped({ context, fields }).lines.filter((line) => line.startsWith("X-HU01-"))).toEqual([
      "X-HU01-SERVERID:2:17",
      "X-HU01-MEETINGSTATUS:9",
      "X-HU01-RESPONSETYPE:3",
      "X-HU01-NATIVEBODYTYPE:2",
    ]);
    expect(linesOf({}).join("\n")).not.toContain("X-HU01-SERVERID");
  });
});
