import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectValidPim } from "./support/pim-oracles.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";
import { expectValidResultsIn } from "./support/valid-results.ts";

const bytesOf = (lines: readonly string[], end = "\r\n") => new TextEncoder().encode(lines.join(end) + end);
const calendarOf = (...inner: string[]) => [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:x",
  "BEGIN:VEVENT",
  "UID:1",
  "DTSTAMP:20110301T080000Z",
  "DTSTART:20110314T090000Z",
  ...inner,
  "END:VEVENT",
  "END:VCALENDAR",
];
const cardOf = (...inner: string[]) => ["BEGIN:VCARD", "VERSION:3.0", "N:;;;;", "FN:x", ...inner, "END:VCARD"];
const ZONE = ["BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "DTSTART:19700101T000000"];
const ZONE_END = ["TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE"];
const withZones = (count: number, ...inner: string[]) => {
  const calendar = calendarOf(...inner);
  const zones = Array.from({ length: count }, () => [...ZONE, ...ZONE_END]).flat();
  return [...calendar.slice(0, 3), ...zones, ...calendar.slice(3)];
};

describe("the judges of calendars and cards", () => {
  it.each([
    ["a calendar", calendarOf("SUMMARY:a\\, b")],
    ["a calendar with its zone", withZones(1, "DTEND;TZID=Europe/Berlin:20110314T110000")],
    ["a calendar with a zone that nobody knows", calendarOf("DTEND;TZID=Nowhere:20110314T110000")],
    ["a card", cardOf("NOTE:a\\nb")],
    ["two cards", [...cardOf(), ...cardOf()]],
  ])("let pass %s", (_what, lines) => {
    expect(() => expectValidPim(bytesOf(lines))).not.toThrow();
  });

  it.each([
    ["LF", bytesOf(calendarOf(), "\n")],
    ["a mark", Uint8Array.of(0xef, 0xbb, 0xbf, ...bytesOf(calendarOf()))],
    ["76 octets", bytesOf(calendarOf(`SUMMARY:${"x".repeat(68)}`))],
    [
      "a fold inside a character",
      Uint8Array.from(Buffer.from("BEGIN:VCARD\r\nFN:\xc3\r\n \xa9\r\nEND:VCARD\r\n", "latin1")),
    ],
    ["bytes that are no UTF-8", Uint8Array.from(Buffer.from(`${cardOf("NOTE:\xe9").join("\r\n")}\r\n`, "latin1"))],
    ["no end", bytesOf(calendarOf().slice(0, -1))],
    ["a line without a name", bytesOf(calendarOf("no property"))],
    ["a control", bytesOf(calendarOf("SUMMARY:a\u0007b"))],
    ["a bare parameter", bytesOf(cardOf("TEL;HOME:1"))],
    ["a parameter with an open quote", bytesOf(calendarOf('X-A;B="c:d'))],
    ["no DTSTAMP", bytesOf(calendarOf().filter((line) => !line.startsWith("DTSTAMP")))],
    ["no PRODID", bytesOf(calendarOf().filter((line) => !line.startsWith("PRODID")))],
    ["no zone", bytesOf(withZones(0, "DTEND;TZID=Europe/Berlin:20110314T110000"))],
    ["a zone twice", bytesOf(withZones(2, "DTEND;TZID=Europe/Berlin:20110314T110000"))],
    ["a card of version 2.1", bytesOf(cardOf().map((line) => line.replace("3.0", "2.1")))],
  ])("do not let pass %s", (_what, bytes) => {
    expect(() => expectValidPim(bytes)).toThrow();
  });

  it("judge what a conversion leaves in a folder, and neither its originals nor what it was given", async () => {
    const folder = await makeTemporaryFolder();
    const broken = bytesOf(["BEGIN:VCARD", "END:VCARD"]);
    for (const path of ["in.vcf", "job/contacts/000001-x.orig.vcf"]) {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), broken);
    }
    await expectValidResultsIn(folder);
    const result = join(folder, "job/contacts/000001-x.vcf");
    await writeFile(result, broken);
    await expect(expectValidResultsIn(folder)).rejects.toThrow(/000001-x\.vcf/);
    await writeFile(result, bytesOf(cardOf()));
  });
});

/** What makes files of items, and what judges each of them. */
const MAKES_FILES = /\b(?:convertArchive|createRunJob|runCli|write(?:Item|Ics|Vcf))\(/;
const JUDGES =
  /support\/(?:convert-all|workplace|temporary-folder|mime-samples|pim-oracles|valid-results|calendar-objects|map-objects)\.ts|run-cli\.ts/;

it("every test that makes files has them judged", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  const tests = files.filter((path) => path.endsWith(".test.ts"));
  const making = tests.filter((path) => MAKES_FILES.test(readFileSync(join(import.meta.dirname, path), "utf8")));
  expect(making.length).toBeGreaterThan(10);
  const unjudged = making.filter((path) => !JUDGES.test(readFileSync(join(import.meta.dirname, path), "utf8")));
  expect(unjudged).toEqual([]);
});
