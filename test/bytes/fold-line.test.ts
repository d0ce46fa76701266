import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldLine } from "../../shared/bytes/fold-line.ts";
import { physicalLines } from "../support/content-text.ts";

const lengths = (line: string): number[] => physicalLines(foldLine(line)).map((octets) => octets.length);

describe("folding", () => {
  it.each([
    ["40 × é", "é".repeat(40), [74, 15]],
    ["66 × a and a character of 4 octets", `${"a".repeat(66)}💪!`, [74, 6]],
    ["67 × a", "a".repeat(67), [75]],
    ["68 × a", "a".repeat(68), [75, 2]],
    ["60 × 日", "日".repeat(60), [74, 73, 43]],
  ])("T-CAL-27 %s", (_name, subject, expected) => {
    expect(lengths(`SUMMARY:${subject}`)).toEqual(expected);
    for (const octets of physicalLines(foldLine(`SUMMARY:${subject}`))) {
      expect(new TextDecoder().decode(octets)).not.toContain("\uFFFD");
    }
  });

  it("does not part a backslash from what it escapes", () => {
    expect(lengths(`SUMMARY:${"a".repeat(66)}\\n!`)).toEqual([74, 4]);
    expect(lengths(`SUMMARY:${"a".repeat(65)}\\\\!`)).toEqual([75, 2]);
    expect(lengths("\\".repeat(150))[0]).toBe(74);
  });

  it("writes an empty line as a line", () => {
    expect([...foldLine("")]).toEqual([0x0d, 0x0a]);
  });

  it("is undone by unfolding, in lines of at most 75 octets that are valid by themselves", () => {
    const unit = fc.constantFrom("a", "\\", "é", "日", "💪", ";", "\u0301", " ");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), (text) => {
        const folded = foldLine(text);
        expect(new TextDecoder().decode(folded).replaceAll("\r\n ", "")).toBe(`${text}\r\n`);
        for (const octets of physicalLines(folded)) {
          expect(octets.length).toBeLessThanOrEqual(75);
          new TextDecoder("utf-8", { fatal: true }).decode(octets);
        }
      }),
    );
  });
});
