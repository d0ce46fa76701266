import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../shared/bytes/byte-source.ts";
import { convertAll } from "./support/convert-all.ts";
import { blockOffsets } from "./support/decode-all.ts";
import { makeArchive, makeFileHeader } from "./support/make-archive.ts";
import { makeCalendar, makeMessage, makeRandomBytes, makeText, makeVcard } from "./support/synthetic-mail.ts";

const itemId = "01234567-89ab-4cde-8f01-23456789abcd";
const corpus = process.env.HU01_CORPUS ?? "";
const text = (content: string) => new TextEncoder().encode(content);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const message = makeMessage({
  seed: 3,
  subject: "Grand Tour: tickets & hotels",
  textBytes: 4000,
  calendar: makeCalendar(4, "REQUEST"),
  calendarMethod: "REQUEST",
  vcard: makeVcard(5),
});
const archive = makeArchive(message, { itemId, blockBytes: 2000 });
const offsets = blockOffsets(archive);

/** Overwrites the payload of one block. */
function smash(index: number): Uint8Array {
  return archive.slice().fill(0xaa, (offsets[index] as number) + 30, offsets[index + 1] as number);
}

describe("convertArchive", () => {
  it("makes a message, its invitation and its contact out of an archive, and accounts for every byte", async () => {
    const { files, manifest, report, hasErrors } = await convertAll(archive);
    expect([...files.keys()]).toEqual([
      expect.stringMatching(/^mail\/000001-2010\d{4}T\d{6}Z-grand-tour-tickets-hotels\.eml$/),
      expect.stringMatching(/^calendar\/invites\/000002-2011\d{4}T090000Z-.+\.ics$/),
      expect.stringMatching(/^contacts\/000003-.+\.vcf$/),
    ]);
    const [eml = new Uint8Array(0)] = files.values();
    expect(Buffer.compare(eml, message)).toBe(0);
    expect(hasErrors).toBe(false);
    expect(manifest.map((line) => [line.type, line.item ?? null, line.parent ?? null])).toEqual([
      ["file", 1, null],
      ["file", 2, 1],
      ["file", 3, 1],
      ["stream", null, null],
    ]);
    expect(manifest[0]).toMatchObject({
      kind: "mail",
      mediaType: "message/rfc822",
      size: message.length,
      sha256: sha256(message),
      itemId,
      title: "Grand Tour: tickets & hotels",
      source: { stream: 0, blocks: [0, 2], outputOffset: 0, outputLength: message.length },
      partial: false,
      holes: [],
      warnings: [],
    });
    expect(report).toMatchObject({
      source: { size: archive.length, sha256: sha256(archive) },
      archive: { streams: 1, streamBytes: archive.length, foreignBytes: 0 },
      bytes: { declaredBytes: message.length, decodedBytes: message.length, missingBytes: 0, excessBytes: 0 },
      blocks: { total: 3, damaged: 0 },
      items: { seen: 3, written: 3, duplicates: 0, skipped: 0, byKind: { mail: 1, calendar: 1, contact: 1, raw: 0 } },
      reconciliation: {
        items: [3, 3],
        bytes: [message.length, message.length],
        archive: [archive.length, archive.length],
      },
      streams: [{ itemId, headerBytes: 40 }],
    });
  });

  it("shows the mailbox owner's PUID nowhere", async () => {
    const puid = 0x0003_bffd_1234_5678n;
    const { manifest, report } = await convertAll(makeArchive(message, { puid }));
    const told = JSON.stringify([manifest, report]).toLowerCase();
    for (const form of [puid.toString(), puid.toString(16), "12345678"]) expect(told).not.toContain(form);
  });

  it.each([1, 7, 511, 65_536])(
    "gives the same bytes whether it is fed %i bytes at a time or all at once",
    async (chunkBytes) => {
      expect(await convertAll(archive, { chunkBytes })).toEqual(await convertAll(archive));
    },
  );

  it.each([
    ["held in memory", {}],
    ["streamed", { maxBufferedItemBytes: 1000, maxHeaderBytes: 2000 }],
  ])("writes a message with a hole as partial, %s", async (_how, limits) => {
    const { files, manifest, report, hasErrors } = await convertAll(smash(1), { limits });
    const [path = ""] = files.keys();
    expect(path).toMatch(/^mail\/000001-.*\.partial\.eml$/);
    expect([...files.keys()].filter((name) => name.endsWith(".eml"))).toEqual([path]);
    const expected = concatBytes([message.subarray(0, 2000), message.subarray(4000)]);
    expect(Buffer.compare(files.get(path) ?? new Uint8Array(0), expected)).toBe(0);
    const hole = { outputOffset: 2000, missingBytes: 2000, archiveOffset: offsets[1], exact: true };
    expect(manifest.find((line) => line.path === path)).toMatchObject({
      partial: true,
      holes: [{ fileOffset: 2000, ...hole }],
      warnings: ["mime-partial"],
    });
    expect(manifest.filter((line) => line.type === "gap")).toMatchObject([{ stream: 0, ...hole }]);
    expect(report).toMatchObject({ gaps: 1, items: { partial: 1 }, bytes: { missingBytes: 2000 } });
    expect(hasErrors).toBe(true);
  });

  it("still takes a stream for a message when its beginning is what is lost", async () => {
    const { files } = await convertAll(smash(0));
    const [path = ""] = files.keys();
    expect(path).toBe("mail/000001-undated.partial.eml");
    expect(Buffer.compare(files.get(path) ?? new Uint8Array(0), message.subarray(2000))).toBe(0);
  });

  it("skips a stream of which nothing is left, and keeps the ones around it", async () => {
    const lost = concatBytes([makeFileHeader(5000, { itemId }), makeRandomBytes(1, 800)]);
    const { files, manifest, report } = await convertAll(concatBytes([archive, lost, archive]));
    expect([...files.keys()].filter((path) => path.endsWith(".eml"))).toHaveLength(2);
    expect(manifest.filter((line) => line.type === "skip")).toMatchObject([
      { item: 4, itemId, archiveOffset: archive.length, source: { stream: 1, outputLength: 5000 } },
    ]);
    expect(report).toMatchObject({ archive: { streams: 3 }, items: { seen: 7, written: 6, skipped: 1 } });
  });

  it("keeps a decompressed payload of no known kind, as it is", async () => {
    const payload = text("neither message nor calendar\n".repeat(40));
    const { files, manifest, hasErrors } = await convertAll(makeArchive(payload));
    expect([...files]).toEqual([["other/000001.bin", payload]]);
    expect(manifest[0]).toMatchObject({ kind: "raw", warnings: ["payload-unknown"] });
    expect(hasErrors).toBe(false);
  });

  it("finishes an empty stream without items", async () => {
    const { files, report } = await convertAll(makeArchive(new Uint8Array(0)));
    expect(files.size).toBe(0);
    expect(report).toMatchObject({ archive: { streams: 1 }, items: { seen: 0 } });
  });

  it.each([
    ["a message", message, 3],
    ["a calendar", text(`${makeCalendar(1)}\r\n`), 1],
    ["cards", text(`${makeVcard(1)}\r\n${makeVcard(2)}\r\n`), 2],
  ])("converts %s that was never compressed", async (_name, input, expected) => {
    const { files, report } = await convertAll(input);
    expect(files.size).toBe(expected);
    expect(report).toMatchObject({ archive: { streams: 0 }, items: { written: expected } });
  });

  it("carves archives out of other bytes on request, and tells of every byte between", async () => {
    const noise = makeRandomBytes(8, 5000);
    const buried = concatBytes([noise, archive, noise.subarray(0, 77)]);
    const { files, report, manifest } = await convertAll(buried, { options: { carve: true } });
    expect(files.size).toBe(3);
    expect(report.archive).toEqual({ streams: 1, streamBytes: archive.length, foreignBytes: 5077 });
    expect(manifest.filter((line) => line.type === "foreign")).toMatchObject([
      { archiveOffset: 0, length: 5000 },
      { archiveOffset: 5000 + archive.length, length: 77 },
    ]);
  });

  it.each([
    ["no bytes", new Uint8Array(0), "payload/empty"],
    ["plain text", text(makeText(1, 3000)), "payload/unrecognised"],
    [
      "a JPEG",
      concatBytes([new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), makeRandomBytes(1, 500)]),
      "payload/unrecognised",
    ],
    ["a header that claims 4 GiB and no more", makeFileHeader(0xffffffff), "hu01/nothing-recovered"],
    ["absurd sizes", concatBytes([text("HU01"), new Uint8Array(60).fill(0xff)]), "hu01/nothing-recovered"],
  ])("refuses %s with a code", async (_name, input, code) => {
    await expect(convertAll(input)).rejects.toMatchObject({ code });
  });

  it("stops at the limit of items", async () => {
    await expect(convertAll(archive, { limits: { maxItems: 2 } })).rejects.toMatchObject({
      code: "readers/too-many-items",
      details: { limitItems: 2 },
    });
  });
});

describe.runIf(existsSync(corpus))("the real captures", () => {
  const names = existsSync(corpus) ? readdirSync(corpus).filter((name) => name.endsWith(".hu01")) : [];
  it.each(names)("T-MAIL-01 %s becomes an .eml that is its plain file, byte for byte", async (name) => {
    const { files, report } = await convertAll(readFileSync(join(corpus, name)));
    const expected = readFileSync(join(corpus, name.replace(/hu01$/, "plain")));
    const mails = [...files].filter(([path]) => path.startsWith("mail/"));
    expect(mails.map(([path, bytes]) => [path.endsWith(".partial.eml"), sha256(bytes)])).toEqual([
      [false, sha256(expected)],
    ]);
    expect(report).toMatchObject({ gaps: 0, items: { skipped: 0 } });
  });
});
