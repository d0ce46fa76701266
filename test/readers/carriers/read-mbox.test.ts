import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeFetchResponse, makeMbox } from "../../support/make-carriers.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const text = (content: string) => new TextEncoder().encode(content);
const head = "From: a@x.org\r\nSubject: Hello\r\n\r\n";
const messages = [
  makeMessage({ seed: 1, subject: "One", textBytes: 3000 }),
  text(`${head}From here on\r\n>From there\r\n\r\nFrom a@x.org Mon Mar 14 09:00:00 2011\r\n\r\n\r\n`),
  makeMessage({ seed: 2, subject: "Two", textBytes: 200_000 }),
  text(`${head}${"long ".repeat(30_000)}\r\n`),
];
const mbox = makeMbox(messages, "\r\n");

const compared = (files: ReadonlyMap<string, Uint8Array>, expected: readonly Uint8Array[]) =>
  [...files.values()].map((bytes, index) => Buffer.compare(bytes, expected[index] ?? new Uint8Array(0)));

describe("an mbox", () => {
  it("gives each message byte for byte, quoted lines too", async () => {
    const { files, manifest, report, hasErrors } = await convertAll(mbox);
    expect(compared(files, messages)).toEqual([0, 0, 0, 0]);
    expect(manifest[3]).toMatchObject({ type: "file", kind: "mail", member: "message 4", title: "Hello" });
    expect(report).toMatchObject({
      carriers: { count: 1, members: 4 },
      reconciliation: { archive: [mbox.length, mbox.length] },
    });
    expect(hasErrors).toBe(false);
  });

  it.each([1, 7, 511, 65_536])("gives the same in chunks of %i bytes", async (chunkBytes) => {
    const small = makeMbox(messages.slice(0, 2), "\r\n");
    const input = chunkBytes < 500 ? small : mbox;
    expect(await convertAll(input, { chunkBytes })).toEqual(await convertAll(input));
  });

  it("is read with LF line ends, and without a blank line at its end", async () => {
    const plain = [text("From: a@x.org\nSubject: 1\n\nHi\n"), text("From: b@x.org\nSubject: 2\n\nHo\n")];
    const input = makeMbox(plain);
    for (const end of [input.length, input.length - 1]) {
      expect(compared((await convertAll(input.subarray(0, end))).files, plain)).toEqual([0, 0]);
    }
  });

  it("takes a line of text that only begins like a separator for text", async () => {
    const message = text("From: a@x.org\nSubject: 1\n\nHi\n\nFrom now on\n");
    const input = concatBytes([text("From a@x.org Mon Mar 14 09:00:00 2011\n"), message]);
    expect(compared((await convertAll(input)).files, [message])).toEqual([0]);
  });

  it("holds messages and nothing else: one that looks like a Fetch response is a message", async () => {
    const response = makeFetchResponse([{ serverId: "x", stream: makeArchive(messages[0] as Uint8Array) }]);
    const { files } = await convertAll(makeMbox([response], "\r\n"));
    expect([...files.keys()][0]).toMatch(/^mail\//);
  });

  it("gives a message larger than the buffer without taking it for damaged", async () => {
    const limits = { maxBufferedItemBytes: 1000, maxHeaderBytes: 4000 };
    const { files } = await convertAll(mbox, { limits });
    expect(compared(files, messages)).toEqual([0, 0, 0, 0]);
    expect([...files.keys()].filter((path) => path.includes("partial"))).toEqual([]);
  });

  it("comes back as it went in, whatever the lines are", async () => {
    const line = fc.constantFrom("", "From ", ">From x", ">>From ", "From a Mon Mar 14 09:00:00 2011", "x", ">", "\r");
    const bodies = fc.array(fc.array(line, { maxLength: 12 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(bodies, async (lists) => {
        const plain = lists.map((lines) => text(`From: a@x.org\nSubject: s\n\n${lines.map((l) => `${l}\n`).join("")}`));
        const { files } = await convertAll(makeMbox(plain), { chunkBytes: 11 });
        expect(compared(files, plain)).toEqual(plain.map(() => 0));
      }),
      { numRuns: 100 },
    );
  });
});
