import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binaryString } from "../../shared/bytes/binary-string.ts";
import { foldLine } from "../../shared/bytes/fold-line.ts";
import { escapeText } from "../../shared/mapping/content-value.ts";
import { formatContentLine, parseContentLine, unescapeText } from "../../shared/readers/content-line.ts";
import { joinContentLines } from "../../shared/readers/content-lines.ts";
import { processorMillis } from "../support/processor-time.ts";

const long = (octets: number): string => `DESCRIPTION:${"x".repeat(octets - 12)}`;

describe("joining content lines", () => {
  it.each([
    ["CRLF folds", "A-B:1\r\n 2\r\n\t3\r\nUID:4\r\n", ["A-B:123", "UID:4"], false],
    ["LF", "UID:1\n 2\nURL:3\n", ["UID:12", "URL:3"], false],
    ["CR", "UID:1\r 2\rURL:3\r", ["UID:12", "URL:3"], false],
    ["CR CR LF", "UID:1\r\r\n 2\r\r\nURL:3\r\r\n", ["UID:12", "URL:3"], true],
    ["blank lines in between", "UID:1\r\n\r\nURL:3\r\n\r\n", ["UID:1", "URL:3"], true],
    ["blank lines at the end", "UID:1\r\n\r\n\r\n", ["UID:1"], false],
    ["a fold that lost its blank", `${long(75)}\r\nyy\r\nUID:1`, [`${long(75)}yy`, "UID:1"], true],
    ["a fold of 73 octets", `${long(73)}\r\nyy\r\nUID:1`, [`${long(73)}yy`, "UID:1"], true],
    ["a line break after 72 octets", `${long(72)}\r\nyy\r\nUID:1`, [`${long(72)}\\nyy`, "UID:1"], true],
    [
      "a raw line break in a value",
      "DESCRIPTION:one\r\ntwo, three\r\nUID:1",
      ["DESCRIPTION:one\\ntwo, three", "UID:1"],
      true,
    ],
    [
      "text that looks like a property",
      "DESCRIPTION:one\r\nWHEN: now\r\nand more\r\nUID:1",
      ["DESCRIPTION:one\\nWHEN: now\\nand more", "UID:1"],
      true,
    ],
    [
      "a property nobody knows",
      "DESCRIPTION:one\r\nNEWPROP;X=1:v\r\nUID:1",
      ["DESCRIPTION:one", "NEWPROP;X=1:v", "UID:1"],
      false,
    ],
    ["an address split by folding", "ATTENDEE;CN=a:mai\r\n lto:a@b\r\n", ["ATTENDEE;CN=a:mailto:a@b"], false],
    [
      "a URL on a line of its own",
      "DESCRIPTION:see\r\nhttps://example.org\r\nUID:1",
      ["DESCRIPTION:see\\nhttps://example.org", "UID:1"],
      true,
    ],
    ["soft breaks outside of quoted-printable", "SUMMARY:a=\r\nb c\r\nUID:1", ["SUMMARY:ab c", "UID:1"], true],
    [
      "quoted-printable soft breaks",
      "NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nUID:b=\r\n c\r\nUID:1",
      ["NOTE;ENCODING=QUOTED-PRINTABLE:aUID:bc", "UID:1"],
      false,
    ],
    [
      "base64 up to a blank line",
      "PHOTO;JPEG;ENCODING=BASE64:AAAA\r\nBBBB\r\n CC==\r\n\r\nUID:1",
      ["PHOTO;JPEG;ENCODING=BASE64:AAAABBBBCC==", "UID:1"],
      false,
    ],
    ["groups", "item1.TEL:1\r\nitem1.X-ABLabel:2\r\n", ["item1.TEL:1", "item1.X-ABLabel:2"], false],
  ] as const)("%s", (_name, text, lines, repaired) => {
    expect(joinContentLines(text)).toEqual({ lines, repaired });
  });

  it("undoes the folding of the writer", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 500 }), (text) => {
        const line = `SUMMARY:${escapeText(text.replace(/\p{Cc}/gu, ""))}`;
        const joined = joinContentLines(binaryString(foldLine(line)));
        expect(joined).toEqual({ lines: [binaryString(new TextEncoder().encode(line))], repaired: false });
      }),
    );
  });

  it("takes time that grows with the length only", () => {
    const started = processorMillis();
    for (const unit of ["\r", "\n", "A:\r\n", "NEW:x\r\n", "x\r\n", " x\r\n", "=\r\n"])
      joinContentLines(unit.repeat(300_000));
    joinContentLines(`NOTE;QUOTED-PRINTABLE:${"x=\r\n".repeat(300_000)}`);
    expect(processorMillis() - started).toBeLessThan(5000);
  });
});

describe("a content line", () => {
  it("is taken apart at separators that no quotes hide", () => {
    const line = 'item1.attendee;CN="A; B: C";ROLE=X,Y;BARE:mailto:a@b';
    expect(parseContentLine(line)).toEqual({
      group: "item1",
      name: "ATTENDEE",
      parameters: [
        { name: "CN", value: '"A; B: C"' },
        { name: "ROLE", value: "X,Y" },
        { name: null, value: "BARE" },
      ],
      value: "mailto:a@b",
    });
    expect(formatContentLine(parseContentLine(line))).toBe(line.replace("attendee", "ATTENDEE"));
  });

  it("is believed at its first colon when its quotes do not match", () => {
    expect(parseContentLine('SUMMARY;X="a:b').value).toBe("b");
  });

  it("T-CAL-26 escapes and unescapes TEXT", () => {
    expect(escapeText("C:\\new;a,b\r\nx")).toBe("C:\\\\new\\;a\\,b\\nx");
    expect(unescapeText("C:\\\\new\\;a\\,b\\nx")).toBe("C:\\new;a,b\nx");
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(unescapeText(escapeText(text))).toBe(text.replace(/\r\n?/g, "\n"));
      }),
    );
  });
});
