import { describe, expect, it } from "vitest";
import { convertAll } from "../../support/convert-all.ts";
import { blockOffsets } from "../../support/decode-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "../../support/sync-samples.ts";

const names = Array.from({ length: 20 }, (_, index) => `mail${index}`);
const xml = bytesOf(
  syncXml(collection("Email", "5", names.map((name) => command("Add", name, mimeData(shortMime(name)))).join(""))),
);
const BLOCK_BYTES = 512;
const archive = makeArchive(xml, { blockBytes: BLOCK_BYTES });
const offsets = blockOffsets(archive);

/** Names of the mails that do not touch a stretch of the XML. */
function outside(start: number, end: number): readonly string[] {
  return names.filter((name) => {
    const from = Buffer.from(xml).indexOf(`<Add><ServerId>${name}<`);
    const to = Buffer.from(xml).indexOf("</Add>", from) + "</Add>".length;
    return to <= start || from >= end;
  });
}

describe("an archive of Sync XML with a bad block", () => {
  // Without the first block nothing tells what the rest is.
  it.each(offsets.slice(1, -1).map((_, index) => index + 1))("keeps every item outside of block %i", async (index) => {
    const bad = archive.slice().fill(0xaa, (offsets[index] as number) + 24, offsets[index + 1] ?? archive.length);
    const { manifest, report, hasErrors } = await convertAll(bad);
    const [start, end] = [index * BLOCK_BYTES, Math.min((index + 1) * BLOCK_BYTES, xml.length)];
    const mails = manifest.filter(({ kind }) => kind === "mail");
    const kept = outside(start, end);
    expect(mails.map(({ title }) => title)).toEqual(kept);
    expect(hasErrors).toBe(true);
    const [skipped] = Object.keys(report.skips);
    expect(["readers/xml-damaged", "readers/xml-truncated"]).toContain(skipped);
    // An item after the hole may have been another collection's: that is said.
    const after = mails.filter(({ source }) => (source as { outputOffset: number }).outputOffset >= end);
    for (const { warnings } of after) expect(warnings).toContain("collection-uncertain");
    // And its position is right, although the text before it is missing.
    for (const { id, source } of after) {
      const { outputOffset } = source as { outputOffset: number };
      expect(Buffer.from(xml).indexOf(`<Add><ServerId>${id}<`)).toBe(outputOffset);
    }
  });
});
