import { describe, expect, it } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { foldLines } from "../../shared/bytes/fold-line.ts";
import { mapNote } from "../../shared/mapping/map-note.ts";
import type { MappingOptions, SyncElement } from "../../shared/mapping/sync-element.ts";
import { expectLines } from "../support/map-objects.ts";
import { expectValidPim } from "../support/pim-oracles.ts";
import { applicationData, el, mapContext } from "../support/sync-elements.ts";

function note(
  fields: Readonly<Record<string, string | readonly SyncElement[]>>,
  options: Partial<MappingOptions> = {},
  fallbackMillis: number | null = null,
) {
  const mapped = mapNote(applicationData(fields), mapContext("8", "8:1", options, fallbackMillis));
  expectValidPim(concatBytes([...foldLines(mapped.lines)]));
  return mapped;
}

const LAST = { LastModifiedDate: "2011-03-14T09:00:00.000Z" };

describe("a note", () => {
  it("T-NOTE-01 is a VJOURNAL without a start, and Markdown", () => {
    const categories = [el("Category", "x")];
    const mapped = note({ Subject: "N", Body: "l1\r\nl2", ...LAST, Categories: categories });
    expect(mapped.lines).toEqual([
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//HU01 Converter//NONSGML 1.0//EN",
      "CALSCALE:GREGORIAN",
      "BEGIN:VJOURNAL",
      "UID:2ba854a7cd476b6299a38ffd8b85deff@hu01.invalid",
      "DTSTAMP:20110314T090000Z",
      "LAST-MODIFIED:20110314T090000Z",
      "SUMMARY:N",
      "DESCRIPTION:l1\\nl2",
      "CATEGORIES:x",
      "STATUS:FINAL",
      "END:VJOURNAL",
      "END:VCALENDAR",
    ]);
    expect(mapped.markdown).toBe("# N\n\nl1\nl2\n");
    expect(mapped).toMatchObject({ title: "N", dateMillis: Date.UTC(2011, 2, 14, 9), warnings: [] });
  });

  it("is dated by the archive, else 1970, with a warning, when it has no date", () => {
    const archived = note({ Subject: "N" }, {}, Date.UTC(2012, 0, 2));
    expectLines(archived.lines, ["DTSTAMP:20120102T000000Z"]);
    expect(archived.warnings).toEqual(["dtstamp-synthesised"]);
    const undated = note({ Subject: "N", LastModifiedDate: "soon" });
    expectLines(undated.lines, ["DTSTAMP:19700101T000000Z"]);
    expect(undated.lines.join("\n")).not.toContain("LAST-MODIFIED");
  });

  it("keeps its HTML beside the text that it shows, unless told not to", () => {
    const html = [el("Type", "2"), el("Data", "<p>a; b</p><p>c</p>"), el("Truncated", "1")];
    const mapped = note({ Subject: "N", Body: html, ...LAST });
    expectLines(mapped.lines, ["DESCRIPTION:a\\; b\\nc", "X-ALT-DESC;FMTTYPE=text/html:<p>a\\; b</p><p>c</p>"]);
    expect(mapped.markdown).toBe("# N\n\na; b\nc\n");
    expect(mapped.warnings).toEqual(["body-truncated"]);
    expect(note({ Body: html, ...LAST }, { noHtmlAlt: true }).lines.join("\n")).not.toContain("X-ALT-DESC");
  });

  it("has only what it says", () => {
    expect(note({ Subject: "N", ...LAST }).markdown).toBe("# N\n");
    const untitled = note({ Subject: "", Body: "\r\nx\r\n\r\n", ...LAST });
    expect(untitled.markdown).toBe("x\n");
    expect(untitled.title).toBeNull();
    expect(untitled.lines.join("\n")).not.toContain("SUMMARY");
    expect(note(LAST).markdown).toBe("");
  });

  it("has a heading of one line, whatever its subject", () => {
    const mapped = note({ Subject: "a\r\n# b", Body: "x\u0000\u0007y\rz", ...LAST });
    expect(mapped.markdown).toBe("# a # b\n\nxy\nz\n");
    expectLines(mapped.lines, ["SUMMARY:a\\n# b", "DESCRIPTION:xy\\nz"]);
  });

  it("is a message too, the same each time, when that is asked for", () => {
    const fields = { Subject: "Ä", Body: "l1\r\nl2", ...LAST, MessageClass: "IPM.StickyNote.Blue" };
    expect(note(fields).message).toBeUndefined();
    expect(new TextDecoder().decode(note(fields, { noteEml: true }).message).split("\r\n")).toEqual([
      "Date: Mon, 14 Mar 2011 09:00:00 +0000",
      "From: unknown@hu01.invalid",
      "Subject: =?UTF-8?B?w4Q=?=",
      "Message-ID: <2ba854a7cd476b6299a38ffd8b85deff@hu01.invalid>",
      "X-Uniform-Type-Identifier: com.apple.mail-note",
      "X-HU01-Synthesized: 1",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "l1",
      "l2",
      "",
    ]);
  });

  it("has a METHOD and its source only by option", () => {
    const { lines } = note({ MessageClass: "IPM.StickyNote", ...LAST }, { outlookLegacy: true, keepSource: true });
    expectLines(lines, ["METHOD:PUBLISH", "X-HU01-SERVERID:8:1", "X-HU01-MESSAGECLASS:IPM.StickyNote"]);
  });
});
