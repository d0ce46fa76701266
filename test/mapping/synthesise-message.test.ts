import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { el } from "../support/sync-elements.ts";
import { synthesised } from "../support/synthesised-mail.ts";

const body = (type: string, data: string, ...more: readonly ReturnType<typeof el>[]) => [
  el("Type", type),
  el("Data", data),
  ...more,
];

describe("the body of a synthesised message", () => {
  it("is the text, the HTML, or both with the text first", async () => {
    const text = await synthesised({ Body: body("1", "hä\r\nFrom x\nlast ") });
    expect(text.email.text?.trimEnd()).toBe("hä\nFrom x\nlast");
    expect(text.head).toContain("Content-Type: text/plain; charset=utf-8");
    expect(text.text).toContain("=46rom x");
    const html = await synthesised({ Body: body("2", "<p>hä</p>") });
    expect(html.head).toContain("Content-Type: text/html; charset=utf-8");
    expect(html.email.html?.trim()).toBe("<p>hä</p>");
    const { parts } = await partsOf([el("Body", body("2", "<p>x</p>")), el("Body", body("1", "x"))]);
    expect(parts).toEqual(["text/plain; charset=utf-8", "text/html; charset=utf-8"]);
  });

  it("has boundaries made of the item's ids, none the beginning of another", async () => {
    const both = await partsOf([el("Body", body("2", "<p>x</p>")), el("Body", body("1", "x"))]);
    expect(both.boundaries).toEqual(["=_hu01_e9be24b1324ee9761dafba3a1b74dd7f"]);
    const listed = await partsOf([
      el("Body", body("2", "<p>x</p>")),
      el("Body", body("1", "x")),
      el("Attachments", [el("Attachment", [el("DisplayName", "a")])]),
    ]);
    expect(listed.boundaries[0]).toBe("=_hu01_e9be24b1324ee9761dafba3a1b74dd7f");
    expect(listed.boundaries[1]).toMatch(/^=_hu01_[0-9a-f]{32}$/);
    expect(new Set(listed.boundaries).size).toBe(2);
  });

  it("is quoted-printable, or base64 where more than 30 % are beyond ASCII", async () => {
    const encodingOf = async (data: string) => (await synthesised({ Body: body("1", data) })).head.at(-1);
    expect(await encodingOf(`${"a".repeat(70)}${"é".repeat(15)}`)).toBe("Content-Transfer-Encoding: quoted-printable");
    expect(await encodingOf(`${"a".repeat(68)}${"é".repeat(16)}`)).toBe("Content-Transfer-Encoding: base64");
    expect(await encodingOf("")).toBe("Content-Transfer-Encoding: quoted-printable");
  });

  it("gives back every text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme", maxLength: 200 }), { maxLength: 6 }), async (lines) => {
        const text = lines.map((line) => line.replace(/\p{Cc}/gu, "")).join("\r\n");
        const { email, text: whole } = await synthesised({ Body: body("1", `x${text}`) });
        expect(linesIn(email.text ?? "")).toEqual(linesIn(`x${text}`));
        const encoded = whole.slice(whole.indexOf("\r\n\r\n")).split("\r\n");
        for (const line of encoded) expect(line.length).toBeLessThanOrEqual(76);
      }),
      { numRuns: 60 },
    );
  });

  it("is not misread by what the HTML says of its own charset", async () => {
    const html = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head>é';
    const { email } = await synthesised({ Body: body("2", html) });
    expect(email.html).toContain("charset=utf-8");
    expect(email.html).toContain("é");
    expect((await synthesised({ Body: body("2", "<meta charset='big5'/>é") })).email.html).toContain("charset='utf-8'");
  });

  it("tells that the server had cut it off", async () => {
    const { warnings } = await synthesised({ Body: body("1", "x", el("Truncated", "1")) });
    expect(warnings).toEqual(["body-truncated"]);
  });

  it("shows rich text and attaches it", async () => {
    // MS-OXRTFCP 4.1.1, the published example.
    const rtf = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0";
    const { email } = await synthesised({ Body: body("3", Buffer.from(rtf, "hex").toString("base64")) });
    expect(email.text?.trim()).toBe("hello world");
    const [attachment] = email.attachments;
    expect(attachment).toMatchObject({ filename: "body.rtf", mimeType: "application/rtf" });
    const content = Buffer.from(attachment?.content as ArrayBuffer).toString();
    expect(content).toBe("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    const broken = await synthesised({ Body: body("3", "AAAA") });
    expect(broken.warnings).toEqual(["body-unreadable"]);
    expect(broken.email.attachments[0]?.filename).toBe("body.rtf.lzfu");
  });

  it("lists attachments that the source does not hold, and makes none up", async () => {
    const attachments = [
      el("Attachment", [el("DisplayName", "Hello (123).pdf"), el("EstimatedDataSize", "12"), el("ContentId", "<c@x>")]),
      el("Attachment", [el("DisplayName", "ü".repeat(60))]),
    ];
    const { email, head } = await synthesised({ Body: body("1", "x"), Attachments: attachments });
    expect(email.attachments).toEqual([]);
    expect(email.text).toContain("- Hello (123).pdf (12 bytes, content-id <c@x>)");
    const headers = head.filter((line) => line.startsWith("X-HU01-Missing-Attachment:"));
    expect(headers[0]).toBe("X-HU01-Missing-Attachment: attachment; filename*=utf-8''Hello%20%28123%29.pdf; size=12");
    const pieces = [...(headers[1] ?? "").matchAll(/filename\*(\d+)\*=([^;]*)/g)];
    expect(pieces.map(([, number]) => Number(number))).toEqual(pieces.map((_, i) => i));
    const name = decodeURIComponent(pieces.map(([, , value]) => value).join(""));
    expect(name).toBe(`utf-8''${"ü".repeat(60)}`);
  });

  it("carries a meeting as one more form of the text", async () => {
    const bytes = new TextEncoder().encode("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n");
    const { email, text } = await synthesised({ Body: body("1", "x") }, { meeting: { method: "REQUEST", bytes } });
    expect(email.attachments[0]).toMatchObject({ mimeType: "text/calendar", method: "REQUEST" });
    expect(text).toMatch(
      /multipart\/alternative;[\s\S]*text\/plain[\s\S]*text\/calendar; charset=utf-8; method=REQUEST/,
    );
  });
});

/** Lines of a text without line ends at its end: a message always has one there. */
const linesIn = (text: string): readonly string[] => text.replace(/[\r\n]+$/, "").split(/\r?\n/);

/** Types of the parts and the boundaries of a message whose item has these children beside the usual ones. */
async function partsOf(children: readonly ReturnType<typeof el>[]) {
  const { text } = await synthesised({}, {}, children);
  return {
    parts: [...text.matchAll(/^Content-Type: (text\/[^\r]*)/gm)].map(([, type]) => type),
    boundaries: [...text.matchAll(/boundary="([^"]*)"/g)].map(([, boundary]) => boundary ?? ""),
  };
}
