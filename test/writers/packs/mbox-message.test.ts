import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectBytes } from "../../../shared/bytes/byte-source.ts";
import { envelopeSender } from "../../../shared/writers/packs/envelope-sender.ts";
import { mboxMessage } from "../../../shared/writers/packs/mbox-message.ts";
import { bytesOf } from "../../support/sync-samples.ts";

async function entry(message: string, chunkBytes = message.length || 1, millis: number | null = 0): Promise<string> {
  const bytes = Buffer.from(message, "latin1");
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return Buffer.from(await collectBytes(mboxMessage(chunks, { millis, told: null }))).toString("latin1");
}

const SEPARATOR = "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n";

describe("mboxMessage", () => {
  it.each([
    ["From here\n", ">From here\n\n"],
    [">From here\n", ">>From here\n\n"],
    [">>>From \n", ">>>>From \n\n"],
    ["a\nFrom b\r\nFrom c\n", "a\n>From b\r\n>From c\n\n"],
    ["from a\n From b\nFromage\n> From c\nFrom\tx\n", "from a\n From b\nFromage\n> From c\nFrom\tx\n\n"],
    ["a\rFrom b\n", "a\rFrom b\n\n"],
    ["no end", "no end\n\n"],
    ["From ", ">From \n\n"],
    [">>From", ">>From\n\n"],
    ["ends\n\n", "ends\n\n\n"],
    ["", "\n"],
  ])("quotes %j as mboxrd does, in chunks of any size", async (message, expected) => {
    for (const chunkBytes of [1, 2, 3, 7, 100]) expect(await entry(message, chunkBytes)).toBe(SEPARATOR + expected);
  });

  it("loses and adds nothing that cannot be undone", async () => {
    const piece = fc.constantFrom("From ", ">", "\n", "\r\n", "F", "Fro", "x", " ", "From", "\0", "\xff");
    const messages = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 9 }), async (message, chunkBytes) => {
        const [first, ...rest] = (await entry(message, chunkBytes)).split("\n");
        expect(`${first}\n`).toMatch(/^From \S+ Thu Jan {2}1 00:00:00 1970\n$/);
        const body = rest.join("\n");
        expect(body).not.toMatch(/^From /m);
        const ended = message === "" || message.endsWith("\n") ? message : `${message}\n`;
        expect(body.replace(/^>(>*From )/gm, "$1")).toBe(`${ended}\n`);
      }),
    );
  });

  it("tells dates in UTC as asctime does, and 1970 where there is none", async () => {
    const dateOf = async (millis: number | null) => (await entry("x\n", 1, millis)).split("\n")[0]?.slice(19);
    expect(await dateOf(Date.UTC(2011, 0, 28, 8, 56, 57, 999))).toBe("Fri Jan 28 08:56:57 2011");
    expect(await dateOf(Date.UTC(2008, 1, 9, 23, 5, 6))).toBe("Sat Feb  9 23:05:06 2008");
    expect(await dateOf(-1)).toBe("Wed Dec 31 23:59:59 1969");
    expect(await dateOf(null)).toBe("Thu Jan  1 00:00:00 1970");
    expect(await dateOf(8.64e15)).toBe("Thu Jan  1 00:00:00 1970");
  });

  it("closes what it reads when it is left", async () => {
    let closed = 0;
    const content = (async function* () {
      try {
        for (;;) yield new Uint8Array(70_000);
      } finally {
        closed += 1;
      }
    })();
    for await (const _ of mboxMessage(content, { millis: 0, told: null })) break;
    expect(closed).toBe(1);
  });
});

describe("envelopeSender", () => {
  it.each([
    ["From: a@x.org", "a@x.org"],
    ["From: Ann <ann@x.org>\r\nReturn-Path: <bounce+1@y.org>", "bounce+1@y.org"],
    ["FROM: a@x.org\nSender: List <list@x.org>", "list@x.org"],
    ["Return-Path: <>\r\nFrom: a@x.org", "a@x.org"],
    ["From: Ann\r\n\t<ann@x.org>", "ann@x.org"],
    ['From: "From x <y" <a@x.org>, b@x.org', "a@x.org"],
    ["From: grüße@x.org", "MAILER-DAEMON"],
    ["From: <a b@x.org>", "b@x.org"],
    ["Subject: x\r\n\r\nFrom: body@x.org", "MAILER-DAEMON"],
    ["", "MAILER-DAEMON"],
    ["no header at all", "MAILER-DAEMON"],
  ])("of %j is %s", (head, expected) => {
    expect(envelopeSender(bytesOf(head))).toBe(expected);
  });

  it("never holds a space or a line end", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "@", "<", ">", " ", "\r\n", "\n ", ",", "\t", "\0", "é") }),
        (text) => {
          expect(envelopeSender(bytesOf(`From: ${text}\r\n\r\n`))).toMatch(/^[!-~]+$/);
        },
      ),
    );
  });
});
