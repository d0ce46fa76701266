import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contentLine,
  escapeText,
  oneLine,
  parameterValue,
  rawValue,
  structuredText,
  textList,
} from "../../shared/mapping/content-value.ts";
import { mapNote } from "../../shared/mapping/map-note.ts";
import { readCard } from "../support/card-reader.ts";
import { contact } from "../support/map-objects.ts";
import { applicationData, el, mapContext } from "../support/sync-elements.ts";

/** Any characters, lone surrogates and controls among them, with what separates and escapes made frequent. */
const anyText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
      fc.constantFrom(
        "\\",
        ";",
        ",",
        ":",
        '"',
        "\r\n",
        "\n",
        "\r",
        "\\n",
        "END:VCARD",
        "\u0000",
        "\u2028",
        "\u0085",
        "^n",
      ),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));

/** What a reader gets back of a TEXT: line breaks as LF, no other C0 controls but TAB, no half characters. */
function survivingText(text: string): string {
  const kept = text.replace(/(?![\t\r\n\u0080-\u009f])\p{Cc}/gu, "").replace(/[\ud800-\udfff]/gu, "\ufffd");
  return kept.replace(/\r\n|[\r\n\u0085\u2028\u2029]/g, "\n");
}

/** The one property of a card, read by the independent reader. */
function readLine(line: string) {
  const [property] = readCard(`BEGIN:VCARD\r\nVERSION:4.0\r\n${line}\r\nEND:VCARD\r\n`);
  if (property === undefined) throw new Error("the line holds no property");
  return property;
}

describe("values of content lines", () => {
  it("T-CAL-26 are escaped in one pass", () => {
    expect(escapeText("C:\\new;a,b\r\nx")).toBe("C:\\\\new\\;a\\,b\\nx");
    expect(escapeText("\\n")).toBe("\\\\n");
    expect(escapeText("a\rb\u2028c\u0000\td")).toBe("a\\nb\\nc\td");
    expect(escapeText("a;b,c", { semicolon: "raw" })).toBe("a;b\\,c");
  });

  it("T-CAL-32 hold no quote inside the quotes of a parameter", () => {
    expect(`CN=${parameterValue('He said: "x"; y\r\nz')}`).toBe("CN=\"He said: 'x'; y z\"");
    expect(parameterValue("plain")).toBe("plain");
    expect(parameterValue("a^nb^^c^d")).toBe("a^^nb^^^c^d");
  });

  it("come back as they were", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = contentLine("X-A", "", escapeText(text));
        expect(line).not.toMatch(/[\r\n\u0085\u2028\u2029]/);
        expect(readLine(line).text.replace(/[\ud800-\udfff]/gu, "\ufffd")).toBe(survivingText(text));
      }),
    );
  });

  it("come back component by component", () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), (texts) => {
        const clean = texts.map(survivingText);
        expect(readLine(contentLine("N", "", structuredText(clean))).components).toEqual(clean.map((text) => [text]));
        expect(readLine(contentLine("X-A", "", textList(clean))).components).toEqual([clean]);
      }),
    );
  });

  it("never hold a line of their own", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const value of [rawValue(text), oneLine(text), parameterValue(text), escapeText(text)]) {
          expect(value).not.toMatch(/[\r\n\u0085\u2028\u2029\0]/);
        }
        const [value] = readLine(`X-A;CN=${parameterValue(text)}:v`).parameters.get("CN") ?? [];
        expect(value).not.toContain('"');
      }),
    );
  });
});

describe("cards and journals of hostile values", () => {
  const elements = (
    "LastName FirstName MiddleName Title Suffix FileAs NickName YomiLastName YomiFirstName Email1Address Email2Address " +
    "MobilePhoneNumber RadioPhoneNumber BusinessAddressStreet OtherAddressCity OfficeLocation CompanyName Department JobTitle " +
    "WebPage Birthday Anniversary Spouse ManagerName IMAddress Body CustomerId Picture LastModified UID"
  ).split(" ");

  it("hold the lines of the mapping and no others", () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom("3.0" as const, "4.0" as const), (text, vcardVersion) => {
        const evil = `${text}\r\nX-EVIL:1\nEND:VCARD`;
        const fields = Object.fromEntries(elements.map((name) => [name, evil]));
        const data = { ...fields, Categories: [el("Category", evil)] };
        const { card, lines } = contact(data, { vcardVersion, outlookXMs: true, keepSource: true });
        expect(card.map(({ name }) => name)).not.toContain("X-EVIL");
        expect(lines.filter((line) => line === "END:VCARD")).toHaveLength(1);
        for (const name of ["N", "FN", "UID"])
          expect(card.filter((property) => property.name === name)).toHaveLength(1);
        const note = mapNote(applicationData(data), mapContext("8", evil, { keepSource: true }));
        for (const line of note.lines) expect(line).not.toMatch(/[\r\n]|^X-EVIL/);
      }),
      { numRuns: 60 },
    );
  });

  it("keep every byte of a picture", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isV4) => {
        const picture = Buffer.from([0xff, 0xd8, 0xff, ...bytes]);
        const text = picture.toString("base64").replace(/.{7}/g, "$&\n");
        const { card } = contact({ Picture: text }, { vcardVersion: isV4 ? "4.0" : "3.0" });
        const photo = card.find(({ name }) => name === "PHOTO")?.raw.replace(/^data:image\/jpeg;base64,/, "");
        expect(Buffer.from(photo ?? "", "base64")).toEqual(picture);
      }),
    );
  });
});
