import { describe, expect, it } from "vitest";
import { repairLine } from "../../shared/readers/repair-line.ts";

describe("repairing a content line", () => {
  it.each([
    "SUMMARY:any; text, with: separators",
    'ATTENDEE;CN="A; B: C";ROLE=REQ-PARTICIPANT:mailto:a@b',
    "item1.TEL;TYPE=HOME,VOICE:1",
    'EMAIL;TYPE="home,x",work:a',
    "X-EMPTY:",
    "DESCRIPTION:tab\there",
  ])("leaves %s", (line) => {
    expect(repairLine(line)).toBe(line);
  });

  it.each([
    ["TEL;HOME;VOICE:1", "TEL;TYPE=HOME;TYPE=VOICE:1"],
    ['ATTENDEE;CN=O"Neil:mailto:a@b', 'ATTENDEE;CN="O\'Neil":mailto:a@b'],
    ["SUMMARY;;LANGUAGE=:x", "SUMMARY:x"],
    ["SUMMARY:a\u0000b\u0007", "SUMMARY:ab"],
    ["DTSTART;VALUE=DATE 20110101", "X-HU01-MALFORMED:DTSTART\\;VALUE=DATE 20110101"],
    ["SUMM ARY:x, y", "X-HU01-MALFORMED:SUMM ARY:x\\, y"],
    ["", "X-HU01-MALFORMED:"],
  ])("turns %j into %j", (line, repaired) => {
    expect(repairLine(line)).toBe(repaired);
    expect(repairLine(repaired)).toBe(repaired);
  });

  // Any pass that grows with the square of the length runs into the time-out.
  it.each([";", ';A="', ";A=b", ";A=,", ","])("ends with a line of 300 000 times %j", { timeout: 20_000 }, (unit) => {
    expect(repairLine(`X${unit.repeat(300_000)}`)).toMatch(/^X/);
  });
});
