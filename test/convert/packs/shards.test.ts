import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import type { Limits } from "../../../shared/limits.ts";
import {
  archiveOf,
  convertPacked,
  mailMessages,
  type PackedResult,
  plainMessage,
  syncArchive,
} from "../../support/pack-samples.ts";
import { readZip } from "../../support/read-zip.ts";

/** Messages of those sizes, each in a stream of its own. */
function messagesOf(...sizes: readonly number[]): readonly Uint8Array[] {
  return sizes.map((size, index) => plainMessage(`m${index}`, "x".repeat(size - plainMessage(`m${index}`, "").length)));
}

/** Items by the pack that they are in, in their order. */
function itemsByPack({ manifest }: PackedResult): Record<string, unknown[]> {
  const packs: Record<string, unknown[]> = {};
  for (const { pack, item } of manifest) {
    if (pack !== undefined) packs[String(pack)] = [...(packs[String(pack)] ?? []), item];
  }
  return packs;
}

const zipped = (messages: readonly Uint8Array[], limits: Partial<Limits>) =>
  convertPacked(archiveOf(messages), { pack: "zip" }, { limits });

describe("the shards of a pack", () => {
  it("end before the item that would make them too large", async () => {
    const result = await zipped(messagesOf(400, 400, 300, 600, 400, 200), { maxPackBytes: 1_000 });
    expect(itemsByPack(result)).toEqual({
      "archive.zip": [1, 2],
      "archive-0002.zip": [3, 4],
      "archive-0003.zip": [5, 6],
    });
    expect(result.report.packs.paths).toEqual(["archive.zip", "archive-0002.zip", "archive-0003.zip"]);
  });

  it.each([16 * 1024 ** 2, 900])(
    "give an item that is larger than a shard one of its own (buffer %d)",
    async (maxBufferedItemBytes) => {
      const result = await zipped(messagesOf(300, 5_000, 300, 300), { maxPackBytes: 1_000, maxBufferedItemBytes });
      expect(itemsByPack(result)).toEqual({
        "archive.zip": [1],
        "archive-0002.zip": [2],
        "archive-0003.zip": [3, 4],
      });
    },
  );

  it("end by the number of files too", async () => {
    const result = await zipped(messagesOf(300, 300, 300, 300, 300), { maxPackEntries: 2 });
    expect(Object.values(itemsByPack(result))).toEqual([[1, 2], [3, 4], [5]]);
  });

  it("keep what is found in an item with it", async () => {
    const result = await convertPacked(archiveOf(mailMessages()), { pack: "zip" }, { limits: { maxPackEntries: 1 } });
    const packs = Object.values(itemsByPack(result));
    expect(packs.slice(0, 3)).toEqual([[1], [2, 3], [4, 5]]);
  });

  it("hold all of it together, each of them whole", async () => {
    const messages = mailMessages();
    const one = await convertPacked(archiveOf(messages), { pack: "zip" });
    const many = await zipped(messages, { maxPackEntries: 3 });
    const entriesOf = async ({ files, report }: PackedResult) =>
      (await Promise.all(report.packs.paths.map((path) => readZip(files.get(path) as Uint8Array)))).flat();
    expect(await entriesOf(many)).toEqual(await entriesOf(one));
    expect(many.report.packs.count).toBeGreaterThan(3);
    expect(many.report.reconciliation.packedFiles).toEqual([12, 12]);
  });

  it("are what the content says, whatever the concurrency and the sizes in which it comes", async () => {
    const archive = archiveOf(mailMessages());
    for (const pack of ["zip", "mbox", "maildir"] as const) {
      const limits = { maxPackBytes: 4_000 };
      const expected = await convertPacked(archive, { pack }, { limits });
      for (const writeConcurrency of [1, 2, 50]) {
        expect((await convertPacked(archive, { pack }, { limits, writeConcurrency })).files).toEqual(expected.files);
      }
      const streamed = { ...limits, maxBufferedItemBytes: 300 };
      const { files } = await convertPacked(archive, { pack }, { limits: streamed, writeConcurrency: 2 });
      expect([...files.keys()]).toEqual([...expected.files.keys()]);
    }
  });

  it("of a streamed message and of the same one held in memory are the same bytes", async () => {
    const archive = archiveOf(mailMessages());
    for (const pack of ["zip", "mbox", "maildir"] as const) {
      const held = await convertPacked(archive, { pack });
      const streamed = await convertPacked(archive, { pack }, { limits: { maxBufferedItemBytes: 300 } });
      for (const path of held.report.packs.paths) expect(streamed.files.get(path)).toEqual(held.files.get(path));
    }
  });

  it("of mail end together: one mbox for each folder, in a folder with the shard's number", async () => {
    const { report } = await convertPacked(syncArchive(), { pack: "mbox" }, { limits: { maxPackEntries: 2 } });
    expect(report.packs.paths).toEqual([
      "mail/inbox.mbox",
      "mail/päckchen-co-v1-2.mbox",
      "mail-0002/päckchen-co-v1-2-sub.mbox",
      "mail-0002/inbox.mbox",
    ]);
  });

  it("end before one mbox more is open than may be", async () => {
    const { report } = await convertPacked(syncArchive(), { pack: "mbox" }, { limits: { maxOpenPacks: 2 } });
    expect(report.packs.paths).toEqual([
      "mail/inbox.mbox",
      "mail/päckchen-co-v1-2.mbox",
      "mail-0002/päckchen-co-v1-2-sub.mbox",
      "mail-0002/inbox.mbox",
    ]);
  });

  it("are none where nothing is packed", async () => {
    const contact = concatBytes([Buffer.from("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nN:;Ann;;;\r\nEND:VCARD\r\n")]);
    const { files, report } = await convertPacked(contact, { pack: "mbox" });
    expect(report.packs).toEqual({ count: 0, bytes: 0, entries: 0, contentBytes: 0, paths: [] });
    expect([...files.keys()].filter((path) => !path.endsWith(".vcf"))).toEqual(["manifest.jsonl", "report.json"]);
  });
});
