import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { archiveOf, convertPacked, mailMessages, syncArchive } from "../../support/pack-samples.ts";
import { readZip } from "../../support/read-zip.ts";
import { runPython } from "../../support/run-python.ts";

/** Lists a ZIP by Python's zipfile, which tests every checksum: name, CRC-32, size, date. */
const LIST_ZIP = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, i.CRC, i.file_size, list(i.date_time)] for i in z.infolist()]))
`;

describe("--pack zip", () => {
  it("holds the very files that there would be without it, in the order of the manifest", async () => {
    const archive = archiveOf(mailMessages());
    const single = await convertPacked(archive, {});
    const packed = await convertPacked(archive, { pack: "zip" });
    expect([...packed.files.keys()]).toEqual(["archive.zip", "manifest.jsonl", "report.json"]);
    const entries = await readZip(packed.files.get("archive.zip") as Uint8Array);
    const files = packed.manifest.filter(({ type }) => type === "file");
    expect(entries.map(({ name }) => name)).toEqual(files.map(({ path }) => path));
    for (const { name, bytes } of entries)
      expect(Buffer.from(single.files.get(name) ?? [])).toEqual(Buffer.from(bytes));
    expect(entries).toHaveLength(single.report.files.count);
  });

  it("is read by Python's zipfile: names, checksums, sizes, dates", async () => {
    const { folder, files } = await convertPacked(archiveOf(mailMessages()), { pack: "zip" });
    const entries = await readZip(files.get("archive.zip") as Uint8Array);
    const expected = entries.map(({ name, bytes, modified: at }) => [
      name,
      crc32(bytes),
      bytes.length,
      [
        at.getUTCFullYear(),
        at.getUTCMonth() + 1,
        at.getUTCDate(),
        at.getUTCHours(),
        at.getUTCMinutes(),
        at.getUTCSeconds(),
      ],
    ]);
    expect(runPython(LIST_ZIP, join(folder, "archive.zip"))).toEqual(expected);
  });

  it("T-MAIL-09: dates each entry by DateReceived in UTC on the 2 s grid, whatever the clock", async () => {
    const now = () => new Date("2031-07-07T07:07:07Z");
    const { files, manifest } = await convertPacked(syncArchive(), { pack: "zip" }, { now });
    const dates = new Map(
      (await readZip(files.get("archive.zip") as Uint8Array)).map(({ name, modified }) => [
        name,
        modified.toISOString(),
      ]),
    );
    const dateOf = (id: string) => dates.get(String(manifest.find((line) => line.id === id)?.path));
    // Received at :57, an odd second; the Date header says March.
    expect(dateOf("m1")).toBe("2011-01-28T08:56:56.000Z");
    expect(dateOf("m3"), "without DateReceived: its Date header").toBe("2011-03-14T09:00:00.000Z");
    expect(dateOf("e1"), "an appointment: its start").toBe("2011-03-01T12:00:00.000Z");
  });

  it("dates what has no date 1980-01-01, the first day of a ZIP", async () => {
    const { files } = await convertPacked(archiveOf(mailMessages()), { pack: "zip" });
    const entries = await readZip(files.get("archive.zip") as Uint8Array);
    expect(entries.find(({ name }) => name.startsWith("contacts/"))?.modified.toISOString()).toBe(
      "1980-01-01T00:00:00.000Z",
    );
  });

  it("names entries in UTF-8, and nothing by what mail says of places or devices", async () => {
    const { files } = await convertPacked(archiveOf(mailMessages()), { pack: "zip" });
    const entries = await readZip(files.get("archive.zip") as Uint8Array);
    const foreign = entries.filter(({ name }) => /[^ -~]/.test(name));
    expect(foreign.map(({ name, isUtf8 }) => [/grüße-世界/.test(name), isUtf8])).toEqual([[true, true]]);
    for (const { name, attributes } of entries) {
      expect(name).toMatch(/^[a-z]+(?:\/[a-z]+)?\/\d{6}[^/\\:]*$/);
      expect(attributes >>> 16).toBe(0o100644);
    }
  });

  it("tells of each file where it is, and of the pack; the sums of both agree", async () => {
    const { files, manifest, report } = await convertPacked(archiveOf(mailMessages()), { pack: "zip" });
    const zip = files.get("archive.zip") as Uint8Array;
    const lines = manifest.filter(({ type }) => type === "file");
    for (const line of lines) expect(line).toMatchObject({ pack: "archive.zip", sha256: expect.any(String) });
    const contentBytes = lines.reduce((sum, { size }) => sum + Number(size), 0);
    const pack = { path: "archive.zip", mediaType: "application/zip", size: zip.length, entries: 12, contentBytes };
    expect(manifest.at(-1)).toMatchObject({ type: "pack", ...pack });
    expect(report).toMatchObject({
      options: { pack: "zip" },
      files: { count: 1, bytes: zip.length },
      packs: { count: 1, bytes: zip.length, entries: 12, contentBytes, paths: ["archive.zip"] },
      reconciliation: { packedFiles: [12, 12], packedBytes: [contentBytes, contentBytes] },
    });
  });

  it("leaves merged files and folders.json beside the ZIP", async () => {
    const { files, manifest } = await convertPacked(syncArchive(), { pack: "zip" });
    expect([...files.keys()]).toEqual([
      "archive.zip",
      "calendar/cal.ics",
      "folders.json",
      "manifest.jsonl",
      "report.json",
    ]);
    expect(manifest.filter(({ type }) => type === "document").every((line) => !("pack" in line))).toBe(true);
  });
});
