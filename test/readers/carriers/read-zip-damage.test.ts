import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { joinZip, makeZip, type ZipEntry, zipParts } from "../../support/make-zip.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const messages = [1, 2, 3].map((seed) => makeMessage({ seed, subject: `Note ${seed}`, textBytes: 3000 }));
const entries: readonly ZipEntry[] = messages.map((content, index) => ({
  name: `${index + 1}.eml`,
  content,
  isStored: index === 1,
}));
const small = ["One", "Two"].map((subject) =>
  text(`From: a@x.org\r\nSubject: ${subject}\r\n\r\nBody of ${subject}.\r\n`),
);
const smallZip = makeZip([
  { name: "1.eml", content: small[0] ?? text("") },
  { name: "2.hu01", content: makeArchive(small[1] ?? text("")), isStored: true },
]);

/** Files that claim to be whole must be messages that were put in; what was lost must be told. */
function expectTruth(
  { files, hasErrors, report }: Awaited<ReturnType<typeof convertAll>>,
  sources: readonly Uint8Array[],
) {
  for (const [path, bytes] of files) {
    const isOriginal = sources.some((source) => Buffer.compare(source, bytes) === 0);
    if (!isOriginal) expect(path).toMatch(/\.partial\.eml$|^raw\//);
  }
  const whole = [...files.keys()].filter((path) => !path.includes(".partial."));
  if (whole.length < sources.length) expect({ hasErrors, skips: report.skips }).toMatchObject({ hasErrors: true });
}

describe("a damaged ZIP", () => {
  it("cut at any byte, gives what is whole and tells of the rest", async () => {
    for (let length = 5; length < smallZip.length; length++) {
      const converted = await convertAll(smallZip.subarray(0, length));
      expectTruth(converted, small);
      expect(converted.hasErrors).toBe(true);
    }
  });

  it.each([0x01, 0x80, 0xff])("with any byte changed by %i, reports nothing wrong as good", async (mask) => {
    for (let at = 4; at < smallZip.length; at++) {
      const input = smallZip.slice();
      input[at] = (input[at] ?? 0) ^ mask;
      expectTruth(await convertAll(input), small);
    }
  });

  it.each([
    ["cut off in its directory", (zip: Uint8Array) => zip.subarray(0, zip.length - 60)],
    ["without its directory", (zip: Uint8Array) => zip.subarray(0, zip.length - 22 - 3 * 51)],
    [
      "with a directory that says it has fewer",
      (zip: Uint8Array) => zip.slice().fill(2, zip.length - 12, zip.length - 11),
    ],
    ["with an overwritten end", (zip: Uint8Array) => zip.slice().fill(0, zip.length - 22)],
  ])("%s is read by the headers in front of the files", async (_how, damage) => {
    for (const descriptor of [undefined, "signed", "bare", "long"] as const) {
      const zip = makeZip(entries.map((entry) => ({ ...entry, ...(descriptor === undefined ? {} : { descriptor }) })));
      const { files, report } = await convertAll(damage(zip));
      expect([...files.values()]).toEqual(messages);
      expect(report.skips).toEqual({ "readers/carrier-damaged": 1 });
    }
  });

  it("keeps a nested ZIP apart from the one around it, when that lost its directory", async () => {
    const nested = makeZip(entries);
    const input = makeZip([{ name: "in.zip", content: nested, isStored: true, descriptor: "signed" }, ...entries]);
    const { files, report } = await convertAll(input.subarray(0, input.length - 30));
    expect([...files.values()]).toEqual([...messages, ...messages]);
    expect(report).toMatchObject({ skips: { "readers/carrier-damaged": 1 }, carriers: { count: 2 } });
  });

  it("loses no more than the damaged file, of which it keeps the beginning", async () => {
    const { entries: parts, ...rest } = zipParts(entries.map((entry) => ({ ...entry, isStored: true })));
    const [header, data, behind] = parts[1] ?? [];
    const broken = [header ?? text(""), (data ?? text("")).slice().fill(0x58, 2000, 2010), behind ?? text("")];
    const { files, report } = await convertAll(joinZip({ ...rest, entries: [parts[0] ?? [], broken, parts[2] ?? []] }));
    expect([...files.keys()]).toEqual([
      expect.stringMatching(/note-1\.eml$/),
      expect.stringMatching(/note-2\.partial\.eml$/),
      expect.stringMatching(/note-3\.eml$/),
    ]);
    expect(report).toMatchObject({ items: { partial: 1 }, skips: { "readers/carrier-damaged": 1 } });
  });

  it("trusts the header where only the directory is damaged, and the directory where only the header is", async () => {
    const zip = makeZip(entries);
    const { entries: parts, directory } = zipParts(entries);
    const directoryAt = parts.flat().reduce((sum, { length }) => sum + length, 0);
    const at = directoryAt + (directory[0]?.length ?? 0);
    // The CRC and the sizes of the second file, and the signature of its header.
    for (const place of [
      at + 16,
      at + 20,
      at + 22,
      (parts[0] ?? []).reduce((sum, { length }) => sum + length, 0) + 1,
    ]) {
      const input = zip.slice();
      input[place] = (input[place] ?? 0) ^ 0x10;
      const { files } = await convertAll(input);
      expect([...files.values()]).toEqual(messages);
    }
  });

  it("finds what stands in it but not in its directory", async () => {
    const listed = makeZip(entries.map((entry, index) => ({ ...entry, isUnlisted: index === 1 })));
    const twice = concatBytes([makeZip(entries.slice(0, 1)), makeZip(entries.slice(1))]);
    for (const input of [listed, twice]) {
      const { files, hasErrors } = await convertAll(input);
      expect([...files.values()]).toEqual(messages);
      expect(hasErrors).toBe(false);
    }
  });

  it.each([
    ["held in memory", {}],
    ["streamed", { maxBufferedItemBytes: 1000, maxHeaderBytes: 4000 }],
  ])("in a gzip that is cut off never lets a message look whole, %s", async (_how, limits) => {
    const input = new Uint8Array(gzipSync(makeZip(entries.map((entry) => ({ ...entry, isStored: true })))));
    const { files, report } = await convertAll(input.subarray(0, input.length - 3000), { limits });
    expect([...files.keys()].at(-1)).toMatch(/\.partial\.eml$/);
    expect(report.skips["readers/carrier-damaged"]).toBeGreaterThan(0);
  });
});
