import { describe, expect, it } from "vitest";
import { bodyText, readBody } from "../../shared/mapping/item-body.ts";
import { rtfText } from "../../shared/mapping/rtf-text.ts";
import type { SyncElement } from "../../shared/mapping/sync-element.ts";
import { el } from "../support/sync-elements.ts";

const data = (...children: readonly SyncElement[]) => el("ApplicationData", children);
const body = (type: string, text: string, truncated = "0") =>
  el("Body", [el("Type", type), el("Data", text), el("Truncated", truncated)]);
const textOf = (...children: readonly SyncElement[]) => bodyText(readBody(data(...children)));

/** RTF without compression, in the container of MS-OXRTFCP. */
function storedRtf(rtf: string): string {
  const raw = Buffer.from(rtf, "latin1");
  const header = Buffer.alloc(16);
  header.writeUInt32LE(raw.length + 12, 0);
  header.writeUInt32LE(raw.length, 4);
  header.write("MELA", 8);
  return Buffer.concat([header, raw]).toString("base64");
}

describe("the body of an item", () => {
  it("is text in every generation of the protocol", () => {
    expect(textOf(el("Body", "old\r\nway"))).toBe("old\r\nway");
    expect(textOf(body("1", "new"))).toBe("new");
    expect(textOf(el("Body", [el("Data", "untyped")]))).toBe("untyped");
    expect(textOf(body("9", "unknown type"))).toBe("unknown type");
    expect(textOf()).toBeNull();
    expect(textOf(body("1", " \r\n"))).toBeNull();
    expect(textOf(body("2", "<p> </p>"))).toBeNull();
  });

  it("prefers its own text to what its HTML or RTF shows", () => {
    const both = readBody(data(body("2", "<b>html</b>"), body("1", "text"), body("1", "later")));
    expect(both).toMatchObject({ text: "text", html: "<b>html</b>" });
    expect(bodyText(both)).toBe("text");
    expect(textOf(el("CompressedRTF", storedRtf("{\\rtf1 rich}")), body("2", "<b>html</b>"))).toBe("html");
  });

  it("tells once that the server had cut it off", () => {
    expect(readBody(data(body("1", "x", "1"))).warnings).toEqual(["body-truncated"]);
    expect(readBody(data(el("Body", "x"), el("BodyTruncated", "1"))).warnings).toEqual(["body-truncated"]);
    expect(readBody(data(body("1", "x"))).warnings).toEqual([]);
  });

  it("is shown when it is rich text, compressed or not", () => {
    expect(textOf(body("3", storedRtf("{\\rtf1\\ansi a\\par b}")))).toBe("a\nb");
    expect(textOf(body("3", Buffer.from("{\\rtf1 plain}").toString("base64")))).toBe("plain");
    // MS-OXRTFCP 4.2.1: a run that reads what it writes.
    const crossing = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0";
    expect(textOf(body("3", Buffer.from(crossing, "hex").toString("base64")))).toBe("WXYZWXYZWXYZWXYZWXYZ");
    expect(readBody(data(body("3", "AAAA")))).toMatchObject({ warnings: ["body-unreadable"], text: null });
    expect(textOf(body("3", "AAAA"))).toBeNull();
  });

  it("is found in a message", () => {
    const simple =
      "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nh=E4\n";
    expect(textOf(body("4", simple))).toBe("hä\n");
    expect(textOf(body("4", "\nno head"))).toBe("no head");
    const parts =
      'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/html\n\n<p>ü</p>\n' +
      "--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\naMOk\n--b--\n";
    expect(textOf(body("4", parts))).toBe("hä");
    expect(textOf(body("4", parts.replaceAll("\n", "\r\n")))).toBe("hä");
    expect(readBody(data(body("4", parts))).html?.trim()).toBe("<p>ü</p>");
    expect(textOf(body("4", "Content-Type: image/png\n\nx"))).toBeNull();
  });
});

describe("rich text", () => {
  it.each([
    ["{\\rtf1\\ansi\\ansicpg1252 \\'e4\\'80}", "ä€"],
    ["{\\rtf1\\ansi\\ansicpg932 \\'82\\'a0}", "あ"],
    ["{\\rtf1\\uc1\\u8364 ?\\u-10179 ?\\u-8694 ?}", "€😊"],
    ["{\\rtf1{\\uc2\\u228 xy}\\u228 xy}", "ääy"],
    ["{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\*\\generator x;}{\\info{\\title t}}a}", "a"],
    ["{\\rtf1 a\\tab b\\line c\\{\\\\\\}\\~d\\_e}", "a\tb\nc{\\} d-e"],
    ["{\\rtf1 a\r\nb\\\r\nc", "ab\nc"],
    ["}}}{\\rtf1 a", "a"],
    ["{\\rtf1\\ansicpg99999 a}", "a"],
  ])("shows %s", (rtf, text) => {
    expect(rtfText(Buffer.from(rtf, "latin1"))).toBe(text);
  });
});
