import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatContentRange, isRangeCurrent, parseRange } from "../../../functions/api/files/byte-range.ts";

const whole = { kind: "whole" };
const unsatisfiable = { kind: "unsatisfiable" };
const part = (first: number, last: number) => ({ kind: "part", range: { first, last } });

describe("a Range header", () => {
  it.each([
    ["bytes=0-0", part(0, 0)],
    ["bytes=2-5", part(2, 5)],
    ["bytes=9-", part(9, 9)],
    ["bytes=0-99", part(0, 9)],
    ["bytes=-3", part(7, 9)],
    ["bytes=-99", part(0, 9)],
    ["Bytes=1-2", part(1, 2)],
    ["bytes=10-", unsatisfiable],
    ["bytes=99999999999999999999-", unsatisfiable],
    ["bytes=-0", unsatisfiable],
    ["bytes=5-2", whole],
    ["bytes=0-1,4-5", whole],
    ["bytes=-", whole],
    ["bytes=a-b", whole],
    ["items=0-1", whole],
    ["", whole],
    [undefined, whole],
  ])("%s of ten bytes", (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected);
  });

  it("of an empty content has nothing to give", () => {
    expect(parseRange("bytes=0-", 0)).toEqual(unsatisfiable);
    expect(parseRange("bytes=-5", 0)).toEqual(unsatisfiable);
    expect(parseRange(undefined, 0)).toEqual(whole);
  });

  it("never leads out of the content, whatever it says", () => {
    const numeral = fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n }), { nil: "" });
    const header = fc.oneof(
      fc.string(),
      fc.tuple(numeral, numeral).map(([a, b]) => `bytes=${a}-${b}`),
    );
    const check = fc.property(header, fc.nat(1000), (text, size) => {
      const asked = parseRange(text, size);
      if (asked.kind !== "part") return true;
      return asked.range.first >= 0 && asked.range.first <= asked.range.last && asked.range.last < size;
    });
    fc.assert(check, { numRuns: 2000 });
  });

  it("counts only for the version that If-Range names, by a strong ETag", () => {
    expect(isRangeCurrent(undefined, '"a"')).toBe(true);
    expect(isRangeCurrent('"a"', '"a"')).toBe(true);
    expect(isRangeCurrent('W/"a"', '"a"')).toBe(false);
    expect(isRangeCurrent("Sat, 01 Jan 2011 00:00:00 GMT", '"a"')).toBe(false);
  });

  it("is answered with its place in the whole", () => {
    expect(formatContentRange({ first: 2, last: 5 }, 10)).toBe("bytes 2-5/10");
  });
});
