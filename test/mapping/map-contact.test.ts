import { describe, expect, it } from "vitest";
import type { MappingOptions } from "../../shared/mapping/sync-element.ts";
import { propertiesOf } from "../support/card-reader.ts";
import { contact, expectLines, linesOf } from "../support/map-objects.ts";

const V4: Partial<MappingOptions> = { vcardVersion: "4.0" };
const V3: Partial<MappingOptions> = {};

/** `PHOTO` bytes of a card as an independent reader sees them. */
function photoBytes(fields: Record<string, string>, options: Partial<MappingOptions>): Buffer {
  const [photo] = propertiesOf(contact(fields, options).card, "PHOTO");
  return Buffer.from((photo?.raw ?? "").replace(/^data:[^,]*,/, ""), "base64");
}

describe("the name of a contact", () => {
  it("T-CON-01 comes from its parts, else from what names it best", () => {
    const named = contact({ FirstName: "Ada", LastName: "Lovelace", FileAs: "Lovelace, Ada" });
    expectLines(named.lines, ["N:Lovelace;Ada;;;", "FN:Ada Lovelace", "X-EVOLUTION-FILE-AS:Lovelace\\, Ada"]);
    expect(named.warnings).toEqual([]);
    const others = [
      [contact({ Email1Address: "a@b.c" }), "a@b.c"],
      [contact({ FileAs: "ACME" }), "ACME"],
      [contact({}), "Unnamed contact"],
    ] as const;
    for (const [card, title] of others) {
      expect(linesOf(card.lines, "N", "FN")).toEqual([`FN:${title}`, "N:;;;;"]);
      expect(card.warnings).toEqual(["fn-synthesised"]);
      expect(card.title).toBe(title);
    }
    expect(linesOf(named.lines, "N", "FN")).toHaveLength(2);
  });

  it("T-CON-02 has its title in front and its suffix behind", () => {
    const { lines } = contact({ Title: "Dr.", FirstName: "A", MiddleName: "B", LastName: "C", Suffix: "Jr" });
    expectLines(lines, ["N:C;A;B;Dr.;Jr", "FN:Dr. A B C Jr"]);
  });

  it("falls back in order: FileAs, NickName, CompanyName, address, telephone", () => {
    const fields = {
      FileAs: "f",
      NickName: "n",
      CompanyName: "c",
      Email1Address: '"J D" <j@x.org>',
      BusinessFaxNumber: "9",
    };
    const left: [string, string][] = Object.entries(fields);
    for (const title of ["f", "n", "c", "j@x.org", "9", "Unnamed contact"]) {
      expect(contact(Object.fromEntries(left)).title).toBe(title);
      left.shift();
    }
  });

  it("keeps separators inside its parts apart from those between them", () => {
    const { card, lines } = contact({ LastName: "a;b", FirstName: "c,d", MiddleName: "e\\", Suffix: "f;" });
    expectLines(lines, ["N:a\\;b;c\\,d;e\\\\;;f\\;"]);
    expect(propertiesOf(card, "N")[0]?.components).toEqual([["a;b"], ["c,d"], ["e\\"], [""], ["f;"]]);
  });

  it("has one blank between its parts and none around them", () => {
    expect(contact({ FirstName: " Ada\r\n\tM. ", LastName: " L " }).title).toBe("Ada M. L");
  });

  it("is sorted by how it sounds", () => {
    const fields = {
      LastName: "山田",
      FirstName: "太郎",
      YomiLastName: "ヤマダ",
      YomiFirstName: "タロウ",
      YomiCompanyName: "K",
    };
    const phonetic = ["X-PHONETIC-FIRST-NAME:タロウ", "X-PHONETIC-LAST-NAME:ヤマダ", "X-PHONETIC-ORG:K"];
    expectLines(contact(fields).lines, ["N:山田;太郎;;;", "SORT-STRING:ヤマダ", ...phonetic]);
    const v4 = contact(fields, V4);
    expectLines(v4.lines, ['N;SORT-AS="ヤマダ,タロウ":山田;太郎;;;', ...phonetic]);
    expect(linesOf(v4.lines, "SORT-STRING")).toEqual([]);
  });
});

describe("the ids of a contact", () => {
  it("T-CON-16 are made of those of the source", () => {
    expectLines(contact({}).lines, ["UID:460b5e34-a3c6-8884-e445-d3fe21491508"]);
    expectLines(contact({}, V4).lines, ["UID:urn:uuid:460b5e34-a3c6-8884-e445-d3fe21491508"]);
  });

  it("stand behind VERSION, which is the second line", () => {
    const head = ["BEGIN:VCARD", "VERSION:3.0", "PRODID:-//HU01 Converter//NONSGML 1.0//EN"];
    expect(contact({}).lines.slice(0, 3)).toEqual(head);
    expect(contact({}, V4).lines[1]).toBe("VERSION:4.0");
  });

  it("tell of the last change when the source does, and never of now", () => {
    const changed = { LastModified: "2011-03-14T09:00:00.000Z" };
    expect(linesOf(contact(changed).lines, "REV")).toEqual(["REV:2011-03-14T09:00:00Z"]);
    expect(linesOf(contact(changed, V4).lines, "REV")).toEqual(["REV:20110314T090000Z"]);
    expect(linesOf(contact({ FirstName: "A" }).lines, "REV")).toEqual([]);
  });

  it("are kept as they were on the server only when asked for", () => {
    expect(linesOf(contact({}).lines, "X-HU01-SERVERID")).toEqual([]);
    expectLines(contact({}, { keepSource: true }).lines, ["X-HU01-COLLECTIONID:6", "X-HU01-SERVERID:6:3"]);
  });
});

describe("dates", () => {
  it("T-CON-07 an anniversary stands in every property that is read for it", () => {
    const fields = { Anniversary: "2001-06-01T11:59:00.000Z" };
    const v3 = ["X-ANNIVERSARY:2001-06-01", "item1.X-ABDATE:2001-06-01", "item1.X-ABLabel:_$!<Anniversary>!$_"];
    expect(linesOf(contact(fields).lines, "X-ANNIVERSARY", "X-ABDATE", "X-ABLabel", "ANNIVERSARY")).toEqual(v3);
    const v4 = contact(fields, V4).lines.filter((line) => /ANNIVERSARY|X-AB/.test(line));
    expect(v4).toEqual(["ANNIVERSARY:20010601"]);
  });

  it.each([
    ["2001-06-01T11:59:00.000Z", "BDAY:2001-06-01", "BDAY:20010601", []],
    ["20010601T000000Z", "BDAY:2001-06-01", "BDAY:20010601", []],
    ["2001-06-01", "BDAY:2001-06-01", "BDAY:20010601", []],
    ["2001-06-01T12:59:59Z", "BDAY:2001-06-01", "BDAY:20010601", []],
    ["2001-12-31T13:00:00.000Z", "BDAY:2002-01-01", "BDAY:20020101", ["bday-odd-time"]],
    ["2000-02-28T23:00:00.000Z", "BDAY:2000-02-29", "BDAY:20000229", ["bday-odd-time"]],
    ["1604-02-29T00:00:00.000Z", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", "BDAY:--0229", []],
    ["1603-12-31T23:00:00.000Z", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-01-01", "BDAY:--0101", ["bday-odd-time"]],
  ])("the birthday %s keeps its digits", (text, v3, v4, warnings) => {
    const card = contact({ FirstName: "A", Birthday: text });
    expect(linesOf(card.lines, "BDAY")).toEqual([v3]);
    expect(card.warnings).toEqual(warnings);
    expect(linesOf(contact({ Birthday: text }, V4).lines, "BDAY")).toEqual([v4]);
  });

  it("that no calendar has are kept as text", () => {
    expectLines(contact({ Birthday: "2001-02-30T00:00:00Z" }).lines, ["X-HU01-BIRTHDAY:2001-02-30T00:00:00Z"]);
  });
});

describe("a picture", () => {
  const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({ length: 300 }, (_, i) => i & 0xff)]);
  const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2]);
  const GIF = Buffer.from("GIF89a");
  const broken = JPEG.toString("base64").replace(/.{60}/g, "$&\r\n ");

  it("T-CON-08 keeps its bytes, folded, whatever the line breaks", () => {
    const v3 = contact({ Picture: broken });
    expect(linesOf(v3.lines, "PHOTO")[0]).toMatch(/^PHOTO;ENCODING=b;TYPE=JPEG:\/9j/);
    expect(photoBytes({ Picture: broken }, V3)).toEqual(JPEG);
    expect(linesOf(contact({ Picture: broken }, V4).lines, "PHOTO")[0]).toMatch(/^PHOTO:data:image\/jpeg;base64,\/9j/);
    expect(photoBytes({ Picture: broken }, V4)).toEqual(JPEG);
    for (const [bytes, type, media] of [
      [PNG, "PNG", "image/png"],
      [GIF, "GIF", "image/gif"],
    ] as const) {
      const base64 = bytes.toString("base64");
      expectLines(contact({ Picture: base64 }).lines, [`PHOTO;ENCODING=b;TYPE=${type}:${base64}`]);
      expectLines(contact({ Picture: base64 }, V4).lines, [`PHOTO:data:${media};base64,${base64}`]);
    }
    for (const text of ["notbase64!", "aGVsbG8=", "/9j/4"]) {
      const none = contact({ FirstName: "A", Picture: text });
      expect(linesOf(none.lines, "PHOTO")).toEqual([]);
      expect(none.warnings).toEqual(["photo-invalid"]);
    }
  });

  it("may lack its padding", () => {
    expect(photoBytes({ Picture: JPEG.toString("base64").replace(/=+$/, "") }, V3)).toEqual(JPEG);
  });
});
