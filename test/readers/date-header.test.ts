import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDateHeader } from "../../shared/readers/date-header.ts";

describe("the Date header", () => {
  it.each([
    ["Fri, 28 Jan 2011 08:56:56 +0000", "2011-01-28T08:56:56Z"],
    ["28 Jan 2011 08:56 +0000", "2011-01-28T08:56:00Z"],
    ["Fri, 28 Jan 2011 00:56:56 -0800 (PST)", "2011-01-28T08:56:56Z"],
    ["Fri,28 jan 2011 08:56:56 GMT", "2011-01-28T08:56:56Z"],
    ["Fri (a (nested \\) one)) 28 Jan 2011 08 : 56 : 56 +0530", "2011-01-28T03:26:56Z"],
    ["Fri, 28 Jan 2011 03:56:56 EST", "2011-01-28T08:56:56Z"],
    ["Thu, 01 Jul 99 12:00:00 PDT", "1999-07-01T19:00:00Z"],
    ["1 Jan 05 00:00:00 Z", "2005-01-01T00:00:00Z"],
    ["1 Jan 105 00:00:00 UT", "2005-01-01T00:00:00Z"],
    ["31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z"],
    ["29 Feb 2012 12:00:00 XYZ", "2012-02-29T12:00:00Z"],
  ])("%s", (text, expected) => {
    expect(parseDateHeader(text)).toBe(Date.parse(expected));
  });

  it.each([
    "",
    "yesterday",
    "2011-01-28T08:56:56Z",
    "31 Feb 2011 08:56:56 +0000",
    "0 Jan 2011 08:56:56 +0000",
    "28 Foo 2011 08:56:56 +0000",
    "28 Jan 2011 24:56:56 +0000",
    "28 Jan 2011 08:60:56 +0000",
    "28 Jan 2011 08:56:56",
    "28 Jan 2011 08:56:56 +0075",
    "28 Jan 2011 08:56:56 +0000 tail",
    "28 Jan 1800 08:56:56 +0000",
    "(".repeat(2_000_000),
  ])("refuses %.30s", (text) => {
    expect(parseDateHeader(text)).toBeNull();
  });

  it("gives back every instant that was written", () => {
    const range = { min: new Date("1970-01-01T00:00:00Z"), max: new Date("2049-12-31T23:59:59Z"), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        const whole = Math.floor(date.getTime() / 1000) * 1000;
        expect(parseDateHeader(new Date(whole).toUTCString())).toBe(whole);
      }),
    );
  });
});
