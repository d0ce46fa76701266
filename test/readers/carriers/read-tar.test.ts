import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeFetchResponse, makeLog, makeTar } from "../../support/make-carriers.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const text = (content: string) => new TextEncoder().encode(content);
const messages = [1, 2, 3].map((seed) => makeMessage({ seed, subject: `Note ${seed}`, textBytes: 5000 }));
const [first = text(""), second = text(""), third = text("")] = messages;
const stream = makeArchive(second, { blockBytes: 2000 });
const entries = [
  { name: "mail/one.eml", content: first },
  { name: "mail", content: text(""), type: "5" },
  { name: "logs/a.log", content: makeLog([{ id: "12", stream }]) },
  {
    name: `${"long/".repeat(40)}three.http`,
    content: makeFetchResponse([{ serverId: "x", stream: makeArchive(third) }]),
  },
];
const tar = makeTar(entries);
const mailMembers = (manifest: readonly Record<string, unknown>[]) =>
  manifest.flatMap(({ type, member }) => (type === "file" ? [member] : []));

describe("a tar file", () => {
  it.each([
    ["bare", tar, ""],
    ["in gzip", new Uint8Array(gzipSync(tar)), "content » "],
    ["in another tar", makeTar([{ name: "inner.tar", content: tar }]), "inner.tar » "],
  ])("gives its files with the names of everything around them, %s", async (_how, input, before) => {
    const { files, manifest, report, hasErrors } = await convertAll(input);
    expect([...files.values()].map((bytes, index) => Buffer.compare(bytes, messages[index] ?? text("")))).toEqual([
      0, 0, 0,
    ]);
    expect(mailMembers(manifest)).toEqual([
      `${before}mail/one.eml`,
      `${before}logs/a.log » message 12`,
      `${before}${"long/".repeat(40)}three.http » message x`,
    ]);
    expect(report.reconciliation.archive).toEqual([input.length, input.length]);
    expect(hasErrors).toBe(false);
  });

  it.each([1, 7, 65_536])("gives the same in chunks of %i bytes", async (chunkBytes) => {
    expect(await convertAll(tar, { chunkBytes })).toEqual(await convertAll(tar));
  });

  it("keeps names that lead elsewhere as names, and files in their places", async () => {
    const { files, manifest } = await convertAll(makeTar([{ name: "../../etc/passwd", content: first }]));
    expect(mailMembers(manifest)).toEqual(["../../etc/passwd"]);
    expect([...files.keys()]).toEqual([expect.stringMatching(/^mail\/000001-[^/]+\.eml$/)]);
  });

  it("skips what is no mail, and an archive of which nothing is left, and keeps the rest", async () => {
    const lost = stream.slice(0, 200).fill(0xaa, 45);
    const input = makeTar([
      { name: "cat.jpg", content: text("not a cat".repeat(100)) },
      { name: "lost.hu01", content: lost },
      { name: "empty", content: text("") },
      ...entries,
    ]);
    const { report } = await convertAll(input);
    expect(report.items).toMatchObject({ written: 3, skipped: 3 });
    expect(report.skips).toMatchObject({ "readers/member-unrecognised": 2 });
  });

  it("finds the next file behind a damaged header", async () => {
    const input = makeTar([
      { name: "one.eml", content: first },
      { name: "two.hu01", content: stream },
    ]);
    const { files, report } = await convertAll(
      concatBytes([makeTar([{ name: "0.eml", content: third }]), input.fill(0xee, 10, 40)]),
    );
    expect(files.size).toBe(2);
    expect(report.skips).toEqual({ "readers/carrier-damaged": 1 });
  });

  it("never lets a message look whole when the file is cut off", async () => {
    const { files, report } = await convertAll(tar.subarray(0, 3000));
    expect([...files.keys()]).toEqual([expect.stringMatching(/\.partial\.eml$/)]);
    expect(report.skips).toEqual({ "readers/carrier-damaged": 1 });
  });

  it("looks ahead in large streams without holding them", async () => {
    const limits = { maxBufferedItemBytes: 1000, maxHeaderBytes: 4000 };
    expect([...(await convertAll(tar, { limits })).files]).toEqual([...(await convertAll(tar)).files]);
  });
});
