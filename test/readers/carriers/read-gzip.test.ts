import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeMbox } from "../../support/make-carriers.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const message = makeMessage({ seed: 1, subject: "One", textBytes: 30_000 });
const other = makeMessage({ seed: 2, subject: "Two", textBytes: 3000 });
const archive = makeArchive(message, { blockBytes: 4000 });
const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
const compared = (files: ReadonlyMap<string, Uint8Array>, expected: readonly Uint8Array[]) =>
  [...files.values()].map((bytes, index) => Buffer.compare(bytes, expected[index] ?? new Uint8Array(0)));

describe("a gzip file", () => {
  it.each([
    ["an archive", archive, [message]],
    ["a message", message, [message]],
    ["an mbox", makeMbox([message, other], "\r\n"), [message, other]],
    ["a gzip file", gzip(archive), [message]],
  ])("gives %s", async (_name, content, expected) => {
    const input = gzip(content);
    const { files, report, hasErrors } = await convertAll(input);
    expect(compared(files, expected)).toEqual(expected.map(() => 0));
    expect(report.reconciliation.archive).toEqual([input.length, input.length]);
    expect(hasErrors).toBe(false);
  });

  it("is joined from its members", async () => {
    const input = concatBytes([gzip(archive.subarray(0, 5000)), gzip(archive.subarray(5000))]);
    const { files, hasErrors } = await convertAll(input);
    expect(compared(files, [message])).toEqual([0]);
    expect(hasErrors).toBe(false);
  });

  it.each([1, 7, 65_536])("gives the same in chunks of %i bytes, whole and damaged", async (chunkBytes) => {
    const whole = gzip(archive);
    for (const input of [whole, whole.subarray(0, 6000), whole.slice().fill(0xff, 5000, 5100)]) {
      expect(await convertAll(input, { chunkBytes })).toEqual(await convertAll(input));
    }
  });

  it.each([
    ["held in memory", {}],
    ["streamed", { maxBufferedItemBytes: 1000, maxHeaderBytes: 4000 }],
  ])("never lets a message look whole when it is cut off, %s", async (_how, limits) => {
    for (const content of [message, makeMbox([other, message], "\r\n"), archive]) {
      const input = gzip(content);
      const { files, report } = await convertAll(input.subarray(0, input.length - 5000), { limits });
      expect([...files.keys()].at(-1)).toMatch(/\.partial\.eml$/);
      expect(report).toMatchObject({ items: { partial: 1 }, skips: { "readers/carrier-damaged": 1 } });
    }
  });

  it("does not trust what its checksum does not prove", async () => {
    const input = gzip(message);
    input[input.length - 8] = (input[input.length - 8] ?? 0) ^ 1;
    const { files, report } = await convertAll(input);
    expect([...files.keys()][0]).toMatch(/\.partial\.eml$/);
    expect(report.skips).toEqual({ "readers/carrier-damaged": 1 });
  });

  it("is given up when it is a bomb, and in little time", async () => {
    const { files, report } = await convertAll(gzip(new Uint8Array(64 * 1024 ** 2)));
    expect(files.size).toBe(0);
    expect(report.skips).toEqual({ "readers/member-bomb": 1, "readers/member-unrecognised": 1 });
    expect(report.carriers.memberBytes).toBeLessThan(24 * 1024 ** 2);
  }, 5000);

  it("is not opened deeper than the limit", async () => {
    let input = gzip(archive);
    for (let depth = 1; depth < 7; depth++) input = gzip(input);
    const { files, report } = await convertAll(input);
    expect(files.size).toBe(0);
    expect(report.skips).toEqual({ "readers/carrier-depth": 1 });
  });
});
