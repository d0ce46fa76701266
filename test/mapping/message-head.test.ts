import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { el } from "../support/sync-elements.ts";
import { headerNames, synthesised } from "../support/synthesised-mail.ts";

describe("the head of a synthesised message", () => {
  it("has every header once, in the order of the specification", async () => {
    const { head } = await synthesised({
      Sender: "s@x.org",
      ReplyTo: "r@x.org",
      To: "t@x.org",
      Cc: "c@x.org",
      Bcc: "b@x.org",
      Subject: "S",
      ConversationTopic: "T",
      ConversationIndex: "AQIDBA==",
      Importance: "2",
      Sensitivity: "1",
      Categories: [el("Category", "k")],
      Body: "x",
    });
    expect(headerNames(head)).toEqual(
      (
        "Date From Sender Reply-To To Cc Bcc Subject Message-ID Thread-Topic Thread-Index Importance X-Priority " +
        "Sensitivity Keywords X-HU01-Synthesized MIME-Version Content-Type Content-Transfer-Encoding"
      ).split(" "),
    );
    expect(head).toEqual(
      expect.arrayContaining([
        "Date: Mon, 14 Mar 2011 09:00:00 +0000",
        "Message-ID: <e9be24b1324ee9761dafba3a1b74dd7f@hu01.invalid>",
        "Thread-Index: AQIDBA==",
        "Importance: high",
        "X-Priority: 1",
        "Sensitivity: Personal",
        "X-HU01-Synthesized: 1",
      ]),
    );
  });

  it("says nothing of what the item does not say", async () => {
    const { head } = await synthesised({ Importance: "1", Sensitivity: "0", Bcc: "", To: " " });
    expect(headerNames(head)).toEqual([
      "Date",
      "From",
      "Message-ID",
      "X-HU01-Synthesized",
      "MIME-Version",
      "Content-Type",
      "Content-Transfer-Encoding",
    ]);
  });

  it("names an unknown sender, and a date of the archive with a warning", async () => {
    const fallbackMillis = Date.UTC(2012, 0, 2, 3, 4, 5);
    const made = await synthesised({ From: "", DateReceived: "" }, { fallbackMillis });
    expect(made.head).toContain("From: unknown@hu01.invalid");
    expect(made.head).toContain("Date: Mon, 02 Jan 2012 03:04:05 +0000");
    expect(made.warnings).toEqual(["date-synthesised"]);
    expect(made.dateMillis).toBe(fallbackMillis);
    const nothing = await synthesised({ DateReceived: "yesterday" });
    expect(nothing).toMatchObject({ warnings: ["date-synthesised"], dateMillis: null });
    expect((await synthesised({})).warnings).toEqual([]);
  });

  it("keeps an id that the item has, if it is one", async () => {
    const idOf = async (text: string) => (await synthesised({ InternetMessageId: text })).email.messageId;
    expect(await idOf("<a.b@x.org>")).toBe("<a.b@x.org>");
    expect(await idOf("a.b@x.org")).toBe("<a.b@x.org>");
    expect(await idOf("<a b@x.org>\r\nX: y")).toBe("<e9be24b1324ee9761dafba3a1b74dd7f@hu01.invalid>");
  });

  it("leaves out a conversation index that is not base64", async () => {
    expect(headerNames((await synthesised({ ConversationIndex: "\u0001\u00ff\u0002" })).head)).not.toContain(
      "Thread-Index",
    );
  });

  it("writes addresses of every form so that they are read as they were", async () => {
    const { email, head } = await synthesised({
      From: "Jörg Müller <j@x.org>",
      To: '"Doe, John (x)" <d@x.org>; a@b.c (C D), =?utf-8?Q?Gr=C3=BC=2C?= <g@x.org>',
      Cc: "Nobody",
    });
    expect(email.from).toMatchObject({ name: "Jörg Müller", address: "j@x.org" });
    expect(email.to?.map(({ name, address }) => [name, address])).toEqual([
      ["Doe, John (x)", "d@x.org"],
      ["C D", "a@b.c"],
      ["Grü,", "g@x.org"],
    ]);
    expect(head).toContain("Cc: Nobody:;");
    expect((await synthesised({ From: "Nobody" })).email.from).toMatchObject({
      name: "Nobody",
      address: "unknown@hu01.invalid",
    });
  });

  it("lets nothing touch an encoded word", async () => {
    const { head, email } = await synthesised({ Cc: "Größe; b@x.org", Categories: "é, plain" });
    expect(head).toContain("Cc: =?UTF-8?B?R3LDtsOfZQ==?= :;, b@x.org");
    expect(head).toContain("Keywords: =?UTF-8?B?w6k=?= , plain");
    expect(email.cc?.map(({ name, address }) => [name, address])).toEqual([
      ["Größe", undefined],
      ["", "b@x.org"],
    ]);
  });

  it("decodes what is encoded twice over and encodes it again", async () => {
    const made = await synthesised({ Subject: "=?UTF-8?B?R3LDvMOfZQ==?= x" });
    expect(made.subject).toBe("Grüße x");
    expect(made.email.subject).toBe("Grüße x");
  });

  it("folds at 78 octets and keeps long texts whole", async () => {
    const subjects = [
      "word ".repeat(60).trim(),
      "a".repeat(500),
      "日本".repeat(90),
      "💪é".repeat(50),
      "a  b   c",
      "=?x?=",
    ];
    for (const subject of subjects) {
      const made = await synthesised({ Subject: subject, ConversationTopic: subject });
      expect(made.email.subject).toBe(subject);
      const lines = made.text.slice(0, made.text.indexOf("\r\n\r\n")).split("\r\n");
      for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(78);
    }
  });

  it("lets no value begin a header of its own", async () => {
    const expected = ["date", "from", "subject", "message-id", "keywords", "thread-topic", "reply-to"];
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), async (before, after) => {
        const evil = `${before}\r\nX-Evil: 1\n\n\rX-Evil: 2\0${after}`;
        const made = await synthesised({
          From: evil,
          ReplyTo: evil,
          Subject: evil,
          ConversationTopic: evil,
          ConversationIndex: evil,
          InternetMessageId: evil,
          Categories: [el("Category", evil)],
          Attachments: [el("Attachment", [el("DisplayName", evil), el("ContentId", evil)])],
        });
        const names = new Set(headerNames(made.head).map((name) => name.toLowerCase()));
        for (const name of expected) expect(names).toContain(name);
        expect(names).not.toContain("x-evil");
        expect(made.email.headers.map(({ key }) => key)).not.toContain("x-evil");
      }),
      { numRuns: 60 },
    );
  });
});
