import { describe, expect, it } from "vitest";
import {
  calendar,
  event,
  filesEnding,
  latin1,
  message,
  multipart,
  part,
  readText,
  skippedCodes,
} from "../support/mime-samples.ts";

describe("splitting, completing and decoding", () => {
  it("makes one object per UID, each with the time zones it names", async () => {
    const zone = (id: string): string[] => [
      "BEGIN:VTIMEZONE",
      `TZID:${id}`,
      "BEGIN:STANDARD",
      "DTSTART:19700101T000000",
      "TZOFFSETFROM:+0100",
      "TZOFFSETTO:+0100",
      "END:STANDARD",
      "END:VTIMEZONE",
    ];
    const text = calendar([
      ...zone("A"),
      ...zone("B"),
      ...event("1", ["DTEND;TZID=A:20110201T100000", "RRULE:FREQ=DAILY"]),
      ...event("2", ['DTEND;TZID="B":20110201T100000']),
      ...event("1", ["RECURRENCE-ID:20110202T090000Z"]),
      ...event("1").map((line) => line.replace("VEVENT", "VTODO")),
    ]);
    const result = await readText(multipart([part(["Content-Type: text/calendar"], text)]));
    const files = filesEnding(result, ".ics");
    expect(
      files.map((file) =>
        file.text.match(/^(?:TZID|UID|BEGIN):.*$/gm)?.filter((line) => !/VCAL|STANDARD|ZONE/.test(line)),
      ),
    ).toEqual([
      ["TZID:A", "BEGIN:VEVENT", "UID:1", "BEGIN:VEVENT", "UID:1"],
      ["TZID:B", "BEGIN:VEVENT", "UID:2"],
      ["BEGIN:VTODO", "UID:1"],
    ]);
    expect(files[2]?.path).toMatch(/^tasks\//);
  });

  it("adds a UID and a DTSTAMP that depend on the message only", async () => {
    const bare = calendar(["BEGIN:VEVENT", "DTSTART:20110201T090000Z", "END:VEVENT"]).replace(
      /(?:VERSION|PRODID).*\r\n/g,
      "",
    );
    const body = part(["Content-Type: text/calendar"], bare);
    const results = await Promise.all([readText(multipart([body])), readText(multipart([body]))]);
    const [first, second] = results.map((result) => filesEnding(result, ".ics")[0]);
    expect(first?.text).toBe(second?.text);
    expect(first?.text).toContain("\r\nDTSTAMP:19700101T000000Z\r\n");
    expect(first?.item.warnings).toEqual(["ics-repaired", "uid-synthesised", "dtstamp-synthesised"]);
    const dated = await readText(
      message(["Date: Fri, 28 Jan 2011 09:56:56 +0100", "Content-Type: text/calendar"], bare),
    );
    expect(filesEnding(dated, ".ics")[0]?.text).toContain("\r\nDTSTAMP:20110128T085656Z\r\n");
  });

  it("tells of declared parts that are no calendar or card", async () => {
    const result = await readText(
      multipart([part(["Content-Type: text/calendar"], "nothing"), part(["Content-Type: text/vcard"], "")]),
    );
    expect(skippedCodes(result)).toEqual(["readers/part-invalid", "readers/part-invalid"]);
  });

  it.each([
    ["windows-1252 declared", "; charset=windows-1252", latin1("\xfc"), []],
    ["undeclared UTF-8", "", Buffer.from("ü"), []],
    ["undeclared windows-1252", "", latin1("\xfc"), ["charset-guessed"]],
    ["wrongly declared UTF-8", "; charset=UTF-8", latin1("\xfc"), ["charset-guessed"]],
    ["unknown charset", "; charset=x-none", Buffer.from("ü"), ["charset-guessed"]],
  ])("decodes a calendar in %s", async (_name, charset, letter, warnings) => {
    const [before = "", after = ""] = multipart([
      part([`Content-Type: text/calendar${charset}`], calendar(event("1", ["SUMMARY:M@ller"]))),
    ]).split("M@");
    const bytes = Buffer.concat([Buffer.from(`${before}M`), letter, Buffer.from(after)]);
    const [ics] = filesEnding(await readText(Uint8Array.from(bytes)), ".ics");
    expect(ics?.text).toContain("SUMMARY:Müller\r\n");
    expect(ics?.item.warnings).toEqual(warnings);
  });
});
