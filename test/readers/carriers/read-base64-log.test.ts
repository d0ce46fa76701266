import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeLog } from "../../support/make-carriers.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const messages = [1, 2, 3].map((seed) => makeMessage({ seed, subject: `Note ${seed}`, textBytes: 9000 }));
const streams = messages.map((message) => makeArchive(message, { blockBytes: 2000 }));
const dumps = streams.map((stream, index) => ({ id: `id-${index}`, stream }));
const log = makeLog(dumps);
const text = (content: string) => new TextEncoder().encode(content);

describe("a jdeltasync log", () => {
  it.each(["\n", "\r\n"])("gives the message of each dump, byte for byte (line end %j)", async (eol) => {
    const input = makeLog(dumps, eol);
    const { files, manifest, report, hasErrors } = await convertAll(input);
    expect([...files.values()].map((bytes, index) => Buffer.compare(bytes, messages[index] as Uint8Array))).toEqual([
      0, 0, 0,
    ]);
    const members = manifest.filter(({ type }) => type === "file").map(({ member }) => member);
    expect(members).toEqual(["message id-0", "message id-1", "message id-2"]);
    const size = streams.reduce((sum, stream) => sum + stream.length, 0);
    expect(report.reconciliation).toMatchObject({ archive: [input.length, input.length], members: [size, size] });
    expect(hasErrors).toBe(false);
  });

  it.each([1, 7, 65_536])("gives the same in chunks of %i bytes", async (chunkBytes) => {
    expect(await convertAll(log, { chunkBytes })).toEqual(await convertAll(log));
  });

  it("salvages a dump with a destroyed line, and keeps the others whole", async () => {
    const damaged = log.slice();
    const at = Buffer.from(log).indexOf("\n", 3000) + 1;
    damaged.fill(0x41, at, at + 72).fill(0x2a, at + 10, at + 13);
    const { files, report } = await convertAll(damaged);
    expect([...files.keys()].map((path) => path.endsWith(".partial.eml"))).toEqual([true, false, false]);
    expect(report).toMatchObject({ gaps: 1, items: { written: 3, partial: 1 } });
  });

  it("keeps what stands before the place where a dump is cut off", async () => {
    const input = concatBytes([log.subarray(0, 3000), text("\n09:00:02 ERROR connection reset\n"), makeLog(dumps)]);
    const { files, report } = await convertAll(input);
    expect([...files.keys()].map((path) => path.endsWith(".partial.eml"))).toEqual([true, false, false, false]);
    expect(report.items).toMatchObject({ written: 4, partial: 1 });
  });

  it("skips a title that no dump follows", async () => {
    const title = "Dumping HU01 stream as BASE64 for message id-9\n";
    const { report } = await convertAll(concatBytes([text(`${title}2011 DEBUG nothing\n`), log]));
    expect(report).toMatchObject({ items: { written: 3 }, skips: { "readers/carrier-damaged": 1 } });
  });

  it("looks ahead in a large dump without holding it", async () => {
    const limits = { maxBufferedItemBytes: 1000, maxHeaderBytes: 4000 };
    const [whole, small] = [await convertAll(log), await convertAll(log, { limits })];
    expect([...small.files]).toEqual([...whole.files]);
  });

  it("does not take a message that quotes a log for a log", async () => {
    const quoting = makeMessage({ seed: 1, subject: "Dumping HU01 stream as BASE64 for message x", textBytes: 200 });
    const { files } = await convertAll(quoting);
    expect([...files.keys()]).toEqual([expect.stringMatching(/^mail\/.*\.eml$/)]);
  });
});
