import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertArchive } from "../../../shared/convert-archive.ts";
import { DEFAULT_LIMITS } from "../../../shared/limits.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";
import { JobReport } from "../../../shared/report/job-report.ts";
import { convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { endRecords, joinZip, makeZip, type ZipEntry, zipParts } from "../../support/make-zip.ts";
import { processorMillis } from "../../support/processor-time.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const MIB = 1024 ** 2;
const message = makeMessage({ seed: 1, subject: "Kept", textBytes: 3000 });
const good: ZipEntry = { name: "good.eml", content: message };

/** Converts within 5 s of processor time. */
async function convertQuickly(input: Uint8Array, settings: Parameters<typeof convertAll>[1] = {}) {
  const begun = processorMillis();
  const converted = await convertAll(input, settings);
  expect(processorMillis() - begun).toBeLessThan(5000);
  return converted;
}

/** A ZIP of ZIPs of ZIPs … whose innermost files are nothing but zeros. */
function nestBombs(depth: number, width: number): Uint8Array {
  const content = depth === 1 ? new Uint8Array(20 * MIB) : nestBombs(depth - 1, width);
  return makeZip(Array.from({ length: depth === 1 ? 1 : width }, (_, index) => ({ name: `${index}`, content })));
}

describe("a hostile ZIP", () => {
  it("that is a bomb is given up, and what stands beside it is kept", async () => {
    const bomb = { name: "bomb", content: new Uint8Array(100 * MIB) };
    const { files, report } = await convertQuickly(makeZip([good, bomb]));
    expect([...files.values()]).toEqual([message]);
    expect(report.skips).toEqual({ "readers/member-bomb": 1, "readers/member-unrecognised": 1 });
    expect(report.carriers.memberBytes).toBeLessThan(30 * MIB);
  });

  it("with many files that together are a bomb is given up after some", async () => {
    const content = new Uint8Array(4 * MIB);
    const input = makeZip([good, ...Array.from({ length: 20 }, (_, index) => ({ name: `${index}`, content }))]);
    const { files, report } = await convertQuickly(input);
    expect([...files.values()]).toEqual([message]);
    expect(report.skips["readers/member-bomb"]).toBeGreaterThan(10);
    expect(report.carriers.memberBytes).toBeLessThan(30 * MIB);
  });

  it.each([
    ["nested like 42.zip", nestBombs(5, 16)],
    ["in gzip in gzip", new Uint8Array(gzipSync(gzipSync(nestBombs(3, 16))))],
  ])("%s ends soon", async (_how, input) => {
    expect(input.length).toBeLessThan(200_000);
    const { files, report } = await convertQuickly(input);
    expect(files.size).toBe(0);
    expect(report.skips["readers/member-bomb"]).toBeGreaterThan(0);
    expect(report.carriers.memberBytes).toBeLessThan(100 * MIB);
  });

  it("whose files share their bytes gives each byte once", async () => {
    const { entries, directory } = zipParts([good]);
    const offset = entries.flat().reduce((sum, { length }) => sum + length, 0);
    const count = 5000;
    const many = Array.from({ length: count }, () => directory[0] ?? text(""));
    const bytes = many.reduce((sum, { length }) => sum + length, 0);
    const { files, report } = await convertQuickly(
      concatBytes([...entries.flat(), ...many, endRecords({ count, bytes, offset })]),
    );
    expect([...files.values()]).toEqual([message]);
    expect(report.skips).toEqual({ "readers/member-overlaps": count - 1 });
  });

  it("whose files quote the headers of those behind them gives each byte once", async () => {
    const { entries, directory } = zipParts([{ name: "kernel", content: new Uint8Array(10 * MIB) }]);
    // The kernel last, and in front of it files that quote all that follows in a stored block.
    let body = concatBytes(entries.flat());
    const listed: { readonly back: number; readonly compressedBytes: number }[] = [
      { back: body.length, compressedBytes: 0 },
    ];
    for (let index = 0; index < 20; index++) {
      const quote = deflateRawSync(body.subarray(0, 40), { level: 0 }).subarray(0, 5);
      const data = concatBytes([quote, body]);
      const { entries: around } = zipParts([{ name: `q${index}`, content: data, isStored: true, method: 8 }]);
      body = concatBytes(around.flat());
      listed.unshift({ back: body.length, compressedBytes: data.length });
    }
    const records = listed.map(({ back, compressedBytes }) => {
      const record = (directory[0] ?? text("")).slice();
      const view = new DataView(record.buffer);
      view.setUint32(42, body.length - back, true);
      if (compressedBytes > 0) view.setUint32(20, compressedBytes, true);
      return record;
    });
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    const input = concatBytes([body, ...records, endRecords({ count: records.length, bytes, offset: body.length })]);
    const { report } = await convertQuickly(input);
    expect(report.carriers.memberBytes).toBeLessThan(12 * MIB);
    expect(report.skips["readers/carrier-damaged"]).toBeGreaterThan(0);
  });

  it("with more files than the limit gives the first ones and says how many are left", async () => {
    const input = makeZip(Array.from({ length: 30 }, (_, index) => ({ ...good, name: `${index}.eml` })));
    const { files, manifest, report } = await convertAll(input, { limits: { maxZipEntries: 10 } });
    expect(files.size).toBe(10);
    expect(report.skips).toEqual({ "readers/too-many-members": 1 });
    expect(manifest.find(({ type }) => type === "skip")).toMatchObject({
      details: { unreadEntries: 20, limitEntries: 10 },
    });
  });

  it("with garbage behind the end of deflated data is not slow", async () => {
    const content = concatBytes([new Uint8Array(deflateRawSync(text("short"))), new Uint8Array(30 * MIB)]);
    const { report } = await convertQuickly(makeZip([{ name: "x", content, isStored: true, method: 8 }, good]));
    expect(report.items.written).toBe(1);
    expect(report.skips["readers/carrier-damaged"]).toBe(1);
  });

  it.each([
    ["end records", text("PK\u0005\u0006".repeat(20_000))],
    ["headers of files", concatBytes(Array.from({ length: 20_000 }, () => text("PK\u0003\u0004\u0014\0\0\0\b\0x")))],
    ["headers of the directory", text("PK\u0001\u0002".repeat(20_000))],
  ])("that is nothing but %s ends soon", async (_what, noise) => {
    const { report } = await convertQuickly(concatBytes([makeZip([good]), noise]));
    expect(report.items.written).toBe(1);
  });

  it("bounds the bytes of all streams in it together", async () => {
    const stream = makeArchive(message);
    const input = makeZip(
      Array.from({ length: 5 }, (_, index) => ({ name: `${index}`, content: stream, isStored: true })),
    );
    const maxOutputBytes = message.length * 5;
    expect((await convertAll(input, { limits: { maxOutputBytes } })).files.size).toBe(5);
    await expect(convertAll(input, { limits: { maxOutputBytes: maxOutputBytes - 1 } })).rejects.toMatchObject({
      code: "hu01/output-too-large",
    });
  });
});

describe("a large ZIP", () => {
  it.each([
    ["in ZIP64", true],
    ["whose count of files ran over", false],
  ])("gives more than 65 535 files, %s", async (_how, isZip64) => {
    const folders = Array.from({ length: 65_600 }, (_, index) => ({
      name: `${index}/`,
      content: text(""),
      isStored: true,
    }));
    const { files, report } = await convertQuickly(joinZip(zipParts([...folders, good], { isZip64 })));
    expect([...files.values()]).toEqual([message]);
    expect(report).toMatchObject({ skips: {}, carriers: { members: 1 } });
  });

  it("gives files behind 4 GiB", async () => {
    const far = 5 * 1024 ** 3;
    const before = zipParts([good]);
    const { entries, directory } = zipParts([{ ...good, name: "far.eml", isZip64: true }], { shift: far });
    const head = concatBytes(before.entries.flat());
    const records = [...before.directory, ...directory];
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    const offset = far + entries.flat().reduce((sum, { length }) => sum + length, 0);
    const tail = concatBytes([
      ...entries.flat(),
      ...records,
      endRecords({ count: 2, bytes, offset }, { isZip64: true }),
    ]);
    const size = far + tail.length;
    const zeros = new Uint8Array(MIB);
    function* open(start: number): Generator<Uint8Array> {
      if (start < head.length) yield head.slice(start);
      for (let at = Math.max(start, head.length); at < far; at += MIB) yield zeros.subarray(0, Math.min(MIB, far - at));
      yield tail.slice(Math.max(0, start - far));
    }
    const report = new JobReport({ toolVersion: "test", options: DEFAULT_OPTIONS });
    const source = { bytes: open(0), size, reopen: open };
    const found: unknown[] = [];
    for await (const outcome of convertArchive(source, DEFAULT_OPTIONS, DEFAULT_LIMITS, {
      blocksOk: 0,
      blocksBad: 0,
    })) {
      if (outcome.outcome === "written") found.push([outcome.member?.path, outcome.files.length]);
      if (outcome.outcome === "carrier") found.push(outcome.framingBytes + outcome.carriedBytes);
      if (outcome.outcome !== "written") report.add(outcome, []);
    }
    expect(found).toEqual([["good.eml", 1], ["far.eml", 1], size]);
  }, 60_000);
});
