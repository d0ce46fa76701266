import fc from "fast-check";
import libmime from "libmime";
import { describe, expect, it } from "vitest";
import { decodeEncodedWords } from "../../shared/bytes/encoded-words.ts";
import { parseHeaderFields } from "../../shared/readers/header-fields.ts";
import { parameter, parseParameterizedHeader } from "../../shared/readers/header-parameters.ts";
import { processorMillis } from "../support/processor-time.ts";

describe("encoded words", () => {
  it.each([
    ["plain", "plain"],
    ["=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"],
    ["=?utf-8?B?w6k=?=\t =?iso-8859-1?Q?=E9?=", "éé"],
    ["=?utf-8?B?w?= =?utf-8?B?6k=?=", "é"],
    ["=?UTF-8?q?=C3?= =?utf-8?Q?=A9?=", "é"],
    ["a =?iso-8859-1?q?=E9_b?= c", "a é b c"],
    ["=?utf-8*en?Q?=C3=A9?=", "é"],
    ["=?bogus?Q?=C3=A9?=", "é"],
    ["=?utf-8?Q?=E9?=", "é"],
    ["=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん"],
    ["=?koi8-r?B?8NLJ18XU?=", "Привет"],
    ["=?utf-8?Q?with space?=", "with space"],
    ["=?utf-8?X?no?= =?broken", "=?utf-8?X?no?= =?broken"],
    ["M\u00fcll", "Müll"],
    ["M\u00c3\u00bcll", "Müll"],
  ])("%s", (body, text) => {
    expect(decodeEncodedWords(body)).toBe(text);
  });

  it("reads what another implementation writes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.constantFrom("Q" as const, "B" as const),
        (text, how) => {
          const words = libmime.encodeWord(text, how, 52);
          expect(decodeEncodedWords(words)).toBe(text === "" || words.startsWith("=?") ? text : words);
        },
      ),
    );
  });

  it("takes time that grows with the length only", () => {
    const started = processorMillis();
    for (const text of ["=?", "=?a?b?", "=?a?q?x", "=?a?q?x?= "]) decodeEncodedWords(text.repeat(100_000));
    expect(processorMillis() - started).toBeLessThan(2000);
  });
});

describe("parameters", () => {
  const read = (body: string, name: string): string | null => parameter(parseParameterizedHeader(body), name);

  it.each([
    ["attachment; filename*=utf-8''Hello-%28123%29-World.ics", "filename", "Hello-(123)-World.ics"],
    ["attachment; filename*0*=utf-8''a%20; filename*1=b.ics", "filename", "a b.ics"],
    ["attachment; filename*1=b; filename*0=a; filename*2*=%20c", "filename", "ab c"],
    ["attachment; filename=x; filename*=iso-8859-1'de'%FC", "filename", "ü"],
    ['attachment; filename="a\\"b;c.ics" (comment)', "filename", 'a"b;c.ics'],
    ["text/calendar; charset=utf-8 (x)", "charset", "utf-8"],
    ["text/calendar; name=a (1).ics; method=REQUEST", "name", "a (1).ics"],
    ["text/calendar; NAME==?utf-8?B?aMOpLmljcw==?=", "name", "hé.ics"],
    ['text/calendar; name="=?utf-8?Q?a?=\t=?utf-8?Q?b.ics?="', "name", "ab.ics"],
    ["text/calendar; method = REQUEST ;x", "method", "REQUEST"],
    ['text/calendar; name="open', "name", "open"],
    ["text/calendar; name=M\u00fcll.ics", "name", "Müll.ics"],
    ["text/calendar", "name", null],
  ])("%s", (body, name, value) => {
    expect(read(body, name)).toBe(value);
  });

  it("agree with another implementation on RFC 2231 names", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 150 }), (name) => {
        const parameters = libmime.buildHeaderParam("filename", name, 50);
        const body = ["attachment", ...parameters.map(({ key, value }) => `${key}=${quoteUnlessExtended(key, value)}`)];
        expect(read(body.join("; "), "filename")).toBe(name);
      }),
    );
  });
});

/** What libmime leaves to its caller: ordinary values are quoted strings. */
function quoteUnlessExtended(key: string, value: string): string {
  return key.endsWith("*") ? value : `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

describe("header fields", () => {
  it("are unfolded, in order, with odd lines passed over", () => {
    const block = "From x Fri\r\nSubject: a\r\n b\r\n\tc\r\n: none\r\nTo : d\nX-Empty:\r\nnot a field\r\n";
    expect(parseHeaderFields(new TextEncoder().encode(block))).toEqual([
      { name: "subject", body: "a b\tc" },
      { name: "to", body: "d" },
      { name: "x-empty", body: "" },
    ]);
  });
});
