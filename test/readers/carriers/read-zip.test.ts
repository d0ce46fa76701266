import { Readable } from "node:stream";
import { crc32, gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { fromBufferPromise } from "yauzl";
import ZipStream from "zip-stream";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeLog, makeTar } from "../../support/make-carriers.ts";
import { extraField, joinZip, makeZip, packed, type ZipEntry, zipParts } from "../../support/make-zip.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const messages = [1, 2, 3].map((seed) => makeMessage({ seed, subject: `Note ${seed}`, textBytes: 5000 }));
const [first = text(""), second = text(""), third = text("")] = messages;
const stream = makeArchive(second, { blockBytes: 2000 });
const entries: readonly ZipEntry[] = [
  { name: "mail/", content: text(""), isStored: true },
  { name: "mail/one.eml", content: first },
  { name: "two.hu01", content: stream, isStored: true },
  { name: "logs/a.log", content: makeLog([{ id: "12", stream: makeArchive(third) }]) },
];
const zip = makeZip(entries);
const PATHS = ["mail/one.eml", "two.hu01", "logs/a.log » message 12"];

/** The members that files came out of, and whether the files are the messages, in order. */
async function converted(input: Uint8Array, settings: Parameters<typeof convertAll>[1] = {}) {
  const { files, manifest, report, hasErrors } = await convertAll(input, settings);
  const same = [...files.values()].map((bytes, index) => Buffer.compare(bytes, messages[index] ?? text("")) === 0);
  const members = manifest.flatMap(({ type, member }) => (type === "file" ? [member] : []));
  expect(report.reconciliation.archive).toEqual([input.length, input.length]);
  return { members, same, report, hasErrors };
}

const WHOLE = { same: [true, true, true], hasErrors: false };

describe("a ZIP", () => {
  it.each([
    ["deflated and stored", zip, ""],
    [
      "with comments",
      makeZip(
        entries.map((entry) => ({ ...entry, comment: "PK\u0005\u0006 and so on" })),
        "The end.",
      ),
      "",
    ],
    ["with sizes behind the data", makeZip(entries.map((entry) => ({ ...entry, descriptor: "signed" }))), ""],
    ["with bare sizes behind the data", makeZip(entries.map((entry) => ({ ...entry, descriptor: "bare" }))), ""],
    [
      "in ZIP64",
      joinZip(
        zipParts(
          entries.map((entry) => ({ ...entry, isZip64: true })),
          { isZip64: true },
        ),
      ),
      "",
    ],
    ["with bytes in front", concatBytes([text("#!/bin/sh\nexec java -jar $0\n"), zip]), ""],
    [
      "with bytes in front that its offsets count",
      concatBytes([text("MZ".padEnd(999)), joinZip(zipParts(entries, { shift: 999 }))]),
      "",
    ],
    ["with bytes behind", concatBytes([zip, text("\r\nsaved by a careless tool\r\n")]), ""],
    ["in gzip", new Uint8Array(gzipSync(zip)), "content » "],
    ["in a tar", makeTar([{ name: "mail.zip", content: zip }]), "mail.zip » "],
    ["in a ZIP, stored", makeZip([{ name: "in.zip", content: zip, isStored: true }]), "in.zip » "],
    [
      "in a ZIP in a ZIP in gzip",
      new Uint8Array(gzipSync(makeZip([{ name: "b.zip", content: makeZip([{ name: "a.zip", content: zip }]) }]))),
      "content » b.zip » a.zip » ",
    ],
  ])("gives its files with the names of everything around them, %s", async (_how, input, before) => {
    expect(await converted(input)).toMatchObject({ ...WHOLE, members: PATHS.map((path) => before + path) });
  });

  it.each([1, 2, 3, 7, 64, 4096])("gives the same in chunks of %i bytes", async (chunkBytes) => {
    const nested = makeZip([{ name: "in.zip", content: zip }, ...entries]);
    for (const input of [nested, nested.subarray(0, nested.length - 20), nested.slice().fill(0x55, 900, 950)]) {
      expect(await convertAll(input, { chunkBytes })).toEqual(await convertAll(input));
    }
  });

  it("as other writers make it, and as another reader lists it", async () => {
    const byFflate = zipSync({
      "mail/one.eml": first,
      "two.hu01": [stream, { level: 0 }],
      "a.log": entries[3]?.content ?? first,
    });
    const options: object = { forceZip64: true };
    const streamed = new ZipStream(options);
    const bytes = Readable.from(streamed).toArray();
    for (const { name, content } of entries.slice(1)) {
      const facts = { name: String(name), date: new Date(0), mode: 0o644 };
      await new Promise((resolve) => streamed.entry(Readable.from([content]), facts, resolve));
    }
    streamed.finish();
    for (const input of [byFflate, concatBytes((await bytes) as Uint8Array[])]) {
      const { members, ...rest } = await converted(input);
      expect(rest).toMatchObject(WHOLE);
      const listed: string[] = [];
      for await (const entry of (await fromBufferPromise(Buffer.from(input))).eachEntry()) listed.push(entry.fileName);
      expect(members.map((path) => String(path).split(" » ")[0])).toEqual(listed);
    }
  });

  it.each([
    ["UTF-8 by its flag", { name: "Żółć.eml", flags: 0x800 }, "Żółć.eml"],
    ["UTF-8 without its flag", { name: "Żółć.eml" }, "Żółć.eml"],
    ["code page 437", { name: Uint8Array.of(0x81, 0x62, 0x65, 0x72, 0xe1) }, "überß"],
    [
      "an Info-ZIP Unicode path",
      {
        name: "?.eml",
        extra: extraField(0x7075, concatBytes([packed("1", [1]), packed("4", [crc32("?.eml")]), text("☃.eml")])),
      },
      "☃.eml",
    ],
    [
      "an Info-ZIP Unicode path of another name",
      {
        name: "a.eml",
        extra: extraField(0x7075, concatBytes([packed("1", [1]), packed("4", [crc32("?.eml")]), text("☃.eml")])),
      },
      "a.eml",
    ],
    ["a path that leads out", { name: "../../etc/cron.d/x" }, "../../etc/cron.d/x"],
    ["an absolute path", { name: "/etc/passwd" }, "/etc/passwd"],
    ["a path of Windows", { name: "C:\\mail\\a.eml" }, "C:\\mail\\a.eml"],
    ["a name with NUL and line ends", { name: "a\0b\r\n.eml" }, "a\0b\r\n.eml"],
    ["no name", { name: "" }, "entry at 0"],
  ])("keeps names as names: %s", async (_what, entry, expected) => {
    const { files, manifest, hasErrors } = await convertAll(makeZip([{ content: first, ...entry }]));
    expect(manifest.flatMap(({ type, member }) => (type === "file" ? [member] : []))).toEqual([expected]);
    expect([...files.keys()]).toEqual([expect.stringMatching(/^mail\/000001-[\w-]+\.eml$/)]);
    expect(hasErrors).toBe(false);
  });

  it.each([
    ["encrypted", { flags: 1 }, "readers/member-encrypted", undefined],
    ["strongly encrypted", { flags: 0x41 }, "readers/member-encrypted", undefined],
    ["encrypted with AES", { flags: 1, method: 99 }, "readers/member-encrypted", undefined],
    ["Deflate64", { method: 9 }, "readers/member-method", { method: 9, methodName: "deflate64" }],
    ["LZMA", { method: 14 }, "readers/member-method", { method: 14, methodName: "LZMA" }],
    ["of a method nobody knows", { method: 77 }, "readers/member-method", { method: 77 }],
  ])("skips what is %s, and keeps the rest", async (_what, entry, code, details) => {
    const locked = { name: "locked", content: third, ...entry };
    const { files, manifest, report } = await convertAll(
      makeZip([locked, ...entries, { ...locked, descriptor: "signed" }]),
    );
    expect(files.size).toBe(3);
    expect(report.skips).toEqual({ [code]: 2 });
    expect(manifest.filter(({ type }) => type === "skip")).toMatchObject([
      { member: "locked", code, ...(details === undefined ? {} : { details }) },
      { member: "locked", code },
    ]);
  });

  it("without any entries holds nothing", async () => {
    const { files, report, hasErrors } = await convertAll(makeZip([]));
    expect([files.size, report.carriers.members, hasErrors]).toEqual([0, 0, false]);
  });

  it("skips what is no mail, and what is empty", async () => {
    const { report } = await convertAll(
      makeZip([
        { name: "cat.jpg", content: text("meow".repeat(99)) },
        { name: "0", content: text("") },
      ]),
    );
    expect(report.skips).toEqual({ "readers/member-unrecognised": 2 });
  });

  it("of Fiddler gives the bodies of its captures", async () => {
    const response = concatBytes([text(`HTTP/1.1 200 OK\r\nContent-Length: ${stream.length}\r\n\r\n`), stream]);
    const saz = makeZip([
      { name: "raw/01_c.txt", content: text("GET / HTTP/1.1\r\nHost: x\r\n\r\n") },
      { name: "raw/01_s.txt", content: response },
      { name: "raw/01_m.xml", content: text("<Session/>") },
    ]);
    const { files, manifest } = await convertAll(saz);
    expect([...files.values()]).toEqual([second]);
    expect(manifest.find(({ type }) => type === "file")).toMatchObject({ member: "raw/01_s.txt » response 1" });
  });

  it.each([true, false])(
    "looks ahead in large streams and messages without holding them, stored: %s",
    async (isStored) => {
      const large = [
        { name: "s.hu01", content: concatBytes([makeArchive(first), stream]), isStored },
        { name: "m.eml", content: third, isStored },
      ];
      const limits = { maxBufferedItemBytes: 1000, maxHeaderBytes: 4000 };
      for (const input of [makeZip(large), makeZip([{ name: "in.zip", content: makeZip(large), isStored }])]) {
        const { same, hasErrors } = await converted(input, { limits });
        expect({ same, hasErrors }).toEqual(WHOLE);
      }
    },
  );
});
