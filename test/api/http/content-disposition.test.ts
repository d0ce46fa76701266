import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAttachment, parseDispositionFilename } from "../../../functions/api/http/content-disposition.ts";
import { processorMillis } from "../../support/processor-time.ts";

describe("parseDispositionFilename", () => {
  it.each([
    ['attachment; filename="a b.hu01"', "a b.hu01"],
    ["attachment; filename=a.hu01", "a.hu01"],
    ["attachment;filename=a.hu01;size=3", "a.hu01"],
    ['ATTACHMENT; FILENAME="a.hu01"', "a.hu01"],
    ['attachment; filename="a\\"b\\\\c.hu01"', 'a"b\\c.hu01'],
    ['attachment; filename="a;b=c.hu01"', "a;b=c.hu01"],
    ["attachment; filename*=UTF-8''%e2%82%ac.hu01", "€.hu01"],
    ["attachment; filename*=utf-8'en'%e2%82%ac.hu01; filename=x", "€.hu01"],
    ["attachment; filename=x; filename*=UTF-8''y", "y"],
    ["attachment; filename=first; filename=second", "first"],
    // What cannot be decoded falls back to the plain form (RFC 6266 §4.3).
    ["attachment; filename=x; filename*=UTF-8''%ff", "x"],
    ["attachment; filename=x; filename*=ISO-8859-1''%e9", "x"],
    ["attachment", null],
    ['attachment; filename=""', null],
    ["", null],
    ["filename=a.hu01", null],
  ])("reads %s", (header, name) => {
    expect(parseDispositionFilename(header)).toBe(name);
  });

  it("ends quickly on a header made to make it search", () => {
    const started = processorMillis();
    parseDispositionFilename(`attachment${'; a="\\'.repeat(5000)}`);
    parseDispositionFilename(`attachment${";  ".repeat(5000)}`);
    expect(processorMillis() - started).toBeLessThan(500);
  });
});

describe("formatAttachment", () => {
  it("is one line of printable ASCII from which the name can be read again, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 50 }), (name) => {
        const header = formatAttachment(name);
        expect(header).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[A-Za-z0-9!~._%-]+$/);
        expect(parseDispositionFilename(header)).toBe(name);
      }),
    );
  });

  it("writes half a character as the replacement character", () => {
    expect(formatAttachment("a\ud800.eml")).toContain("UTF-8''a%EF%BF%BD.eml");
  });
});
