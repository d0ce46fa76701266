import { describe, expect, it } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { foldLines } from "../../shared/bytes/fold-line.ts";
import { type Card, parseCards } from "../../shared/readers/parse-cards.ts";
import { latin1 } from "../support/mime-samples.ts";
import { expectValidPim } from "../support/pim-oracles.ts";

function parse(bytes: Uint8Array | string, charset: string | null = null): readonly Card[] {
  const cards = [...parseCards(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes, charset)];
  for (const card of cards) expectValidPim(concatBytes([...foldLines(card.lines)]));
  return cards;
}

const v21 = (...lines: string[]): string => ["BEGIN:VCARD", "VERSION:2.1", ...lines, "END:VCARD", ""].join("\r\n");
const v30 = (...lines: string[]): string => v21(...lines).replace("2.1", "3.0");
/** The lines between VERSION and END. */
const inner = (card: Card | undefined): readonly string[] => card?.lines.slice(2, -1) ?? [];

describe("vCard 2.1", () => {
  it("escapes text that was literal, and nothing in compounds but what they need", () => {
    const [card] = parse(
      v21("N:O\\;Neil;A, B;;;", "FN:a\\,b;c", "ORG:R;D\\;E", "NOTE:C:\\new", "CATEGORIES:x,y", "URL:http://a/;b,c"),
    );
    expect(inner(card)).toEqual([
      "N:O\\;Neil;A\\, B;;;",
      "FN:a\\\\\\,b\\;c",
      "ORG:R;D\\;E",
      "NOTE:C:\\\\new",
      "CATEGORIES:x,y",
      "URL:http://a/;b,c",
    ]);
  });

  it("turns bare parameters and encodings into those of 3.0", () => {
    const [card] = parse(
      v21(
        "N:;;;;",
        "FN:x",
        "TEL;HOME;FAX;PREF:1",
        "EMAIL;INTERNET:a@b",
        "LABEL;WORK;ENCODING=8BIT:Street",
        "PHOTO;VALUE=URL;GIF:http://a/b.gif",
        "PHOTO;JPEG;ENCODING=BASE64:/9j/AAAA",
        " BBBB",
        "",
        "X-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:AAEC",
        "",
        "GEO:1.5,2.5",
      ),
    );
    expect(inner(card)).toEqual([
      "N:;;;;",
      "FN:x",
      "TEL;TYPE=HOME,FAX,PREF:1",
      "EMAIL;TYPE=INTERNET:a@b",
      "LABEL;TYPE=WORK:Street",
      "PHOTO;VALUE=uri;TYPE=GIF:http://a/b.gif",
      "PHOTO;ENCODING=b;TYPE=JPEG:/9j/AAAABBBB",
      "PHOTO;ENCODING=b;TYPE=JPEG:AAEC",
      "GEO:1.5;2.5",
    ]);
  });

  it("decodes each value in its charset: its own, that of the part, UTF-8, windows-1252", () => {
    const own = parse(v21("N:;;;;", "FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:J=F6rg"), "utf-8");
    expect(own[0]?.formattedName).toBe("Jörg");
    expect(parse(latin1(v21("N:;;;;", "FN:J\xf6rg")), "iso-8859-1")[0]?.warnings).toEqual(["vcard21-converted"]);
    const guessed = parse(latin1(v21("N:;;;;", "FN:J\xf6rg")));
    expect(guessed[0]?.formattedName).toBe("Jörg");
    expect(guessed[0]?.warnings).toContain("charset-guessed");
  });

  it("keeps an agent's card as text, and takes the card around it for one", () => {
    const cards = parse(
      v21("N:;;;;", "FN:Boss", "AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:Aide", "END:VCARD", "NOTE:x"),
    );
    expect(cards).toHaveLength(1);
    expect(inner(cards[0])).toEqual([
      "N:;;;;",
      "FN:Boss",
      "AGENT:BEGIN:VCARD\\nVERSION:3.0\\nFN:Aide\\nEND:VCARD\\n",
      "NOTE:x",
    ]);
  });

  it("gives each of several cards its own original", () => {
    const [first, second] = [v21("N:A;;;;", "FN:A"), v21("N:B;;;;", "FN:B")];
    const originals = parse(first + second).map((card) => new TextDecoder().decode(card.original ?? new Uint8Array(0)));
    expect(originals).toEqual([first, second]);
  });

  it("survives agents of agents without end", () => {
    const deep = "AGENT:\r\nBEGIN:VCARD\r\n".repeat(20_000);
    expect(parse(`BEGIN:VCARD\r\nVERSION:2.1\r\nFN:x\r\n${deep}`)).toHaveLength(1);
  });
});

describe("vCard 3.0 and 4.0", () => {
  it.each([
    ["VERSION:5.1", "N:L;F;;;"],
    ["N:L;F;;;", "VERSION:3.0", "VERSION:4.0"],
    ["VERSION:\u0003", "N:L;F;;;"],
  ])("have one version, and one that there is: %j", (...lines) => {
    const [card] = parse(v30("FN:F L", ...lines).replace("\r\nVERSION:3.0", ""));
    expect(card?.lines.filter((line) => line.startsWith("VERSION"))).toEqual(["VERSION:3.0"]);
    expect(card?.warnings).toContain("ics-repaired");
  });

  it("of version 4.0 say so first", () => {
    const [card] = parse(["BEGIN:VCARD", "FN:x", "VERSION:4.0", "END:VCARD", ""].join("\r\n"));
    expect(card?.lines).toEqual(["BEGIN:VCARD", "VERSION:4.0", "FN:x", "END:VCARD"]);
    expect(card?.warnings).toEqual(["ics-repaired"]);
    const [older] = parse(["BEGIN:VCARD", "N:x;;;;", "FN:x", "VERSION:3.0", "NOTE:y", "END:VCARD", ""].join("\r\n"));
    expect(older?.lines.slice(1, -1)).toEqual(["N:x;;;;", "FN:x", "VERSION:3.0", "NOTE:y"]);
  });

  it("are kept as they are", () => {
    const lines = ["N:A;B;;;", "FN:B A", "item1.TEL;TYPE=x:1", "item1.X-ABLabel:l", "NOTE:a\\;b\\nc", 'X-Y;Z="1;2":v'];
    const [card] = parse(v30(...lines));
    expect(inner(card)).toEqual(lines);
    expect(card).toMatchObject({ original: null, warnings: [], formattedName: "B A" });
    expect(parse(v30("FN:x").replace("3.0", "4.0"))[0]?.lines).toEqual([
      "BEGIN:VCARD",
      "VERSION:4.0",
      "FN:x",
      "END:VCARD",
    ]);
  });

  it("lose CHARSET and quoted-printable, which they must not have", () => {
    const [card] = parse(v30("N:;;;;", "FN;CHARSET=UTF-8:Jörg", "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab, c"));
    expect(inner(card)).toEqual(["N:;;;;", "FN:Jörg", "NOTE:a\\nb\\, c"]);
  });

  it.each([
    [["N:L;F;M;Dr.;Jr"], "Dr. F M L Jr"],
    [["N:;;;;", "ORG:ACME;Dept"], "ACME"],
    [["N:;;;;", "EMAIL:a@b.c"], "a@b.c"],
    [["N:;;;;", "FN:", "TEL:1"], "1"],
    [["N:;;;;"], "Unnamed contact"],
  ])("get a name from %j", (lines, name) => {
    const [card] = parse(v30(...lines));
    expect(card?.formattedName).toBe(name);
    expect(card?.lines.filter((line) => line.startsWith("FN"))).toEqual([`FN:${name}`]);
    expect(card?.warnings).toEqual(["fn-synthesised"]);
  });

  it("get N, VERSION and END when they lack them", () => {
    const [first, second] = parse("BEGIN:VCARD\r\nFN:a\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:b\r\nN:b;;;;");
    expect(first?.lines).toEqual(["BEGIN:VCARD", "VERSION:3.0", "N:;;;;", "FN:a", "END:VCARD"]);
    expect(second?.lines.at(-1)).toBe("END:VCARD");
    expect(second?.warnings).toEqual(["ics-repaired"]);
  });

  it.each([
    ["little endian with a mark", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le"), null],
    ["big endian with a mark", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(), null],
    ["little endian by its zeros", (text: string) => Buffer.from(text, "utf16le"), "UTF-16"],
    ["big endian by its zeros", (text: string) => Buffer.from(text, "utf16le").swap16(), "UTF-16"],
  ])("are read from UTF-16, %s", (_name, encode, charset) => {
    const bytes = Uint8Array.from(encode(v30("N:;;;;", "FN:Jörg")));
    expect(parse(bytes, charset)[0]?.formattedName).toBe("Jörg");
  });

  it("have no control characters left", () => {
    expect(inner(parse(v30("N:;;;;", "FN:a\u0000b\u0007"))[0])).toEqual(["N:;;;;", "FN:ab"]);
  });
});
