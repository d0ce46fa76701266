import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { archiveOf, convertPacked, mailMessages, syncArchive } from "../../support/pack-samples.ts";
import { runPython } from "../../support/run-python.ts";

/** Reads a Maildir by Python's mailbox: of each folder the messages with their flags, places and dates. */
const READ_MAILDIR = `
import base64, json, mailbox, os, sys
def read(box):
    messages = [box[k] for k in sorted(box.keys())]
    return [[base64.b64encode(box.get_bytes(k)).decode(), box[k].get_flags(), box[k].get_subdir(), int(box[k].get_date())] for k in sorted(box.keys())]
root = mailbox.Maildir(sys.argv[1], create=False)
boxes = {"": read(root)}
for name in root.list_folders():
    boxes[name] = read(root.get_folder(name))
print(json.dumps(boxes))
`;

type PythonMessage = readonly [base64: string, flags: string, place: string, seconds: number];

/** Unpacks the tar by tar(1). */
function readByPython(folder: string): Record<string, readonly PythonMessage[]> {
  execFileSync("tar", ["-xf", "maildir.tar"], { cwd: folder });
  return runPython(READ_MAILDIR, join(folder, "Maildir")) as Record<string, readonly PythonMessage[]>;
}

const seconds = (text: string) => Date.parse(text) / 1000;

describe("--pack maildir", () => {
  it("unpacks into a Maildir whose messages Python reads byte for byte", async () => {
    const messages = mailMessages();
    const { folder, report } = await convertPacked(archiveOf(messages), { pack: "maildir" });
    const boxes = readByPython(folder);
    expect(Object.keys(boxes)).toEqual([""]);
    // Python sorts by name, which begins with the date, as does this.
    const read = boxes[""]?.map(([base64]) => base64).toSorted();
    expect(read).toEqual(messages.map((message) => Buffer.from(message).toString("base64")).toSorted());
    expect(report.packs).toMatchObject({ count: 1, entries: messages.length, paths: ["maildir.tar"] });
  });

  it("has the folders as Maildir++, the flags in the names, and the date received as file time", async () => {
    const { folder } = await convertPacked(syncArchive(), { pack: "maildir" });
    const boxes = readByPython(folder);
    const facts = Object.entries(boxes).map(([name, box]) => [name, box.map(([, ...rest]) => rest)] as const);
    const received = seconds("2011-01-28T08:56:57Z");
    const dated = seconds("2011-03-14T09:00:00Z");
    expect(Object.fromEntries(facts)).toEqual({
      "": [
        ["FS", "cur", received],
        ["DP", "cur", dated],
      ],
      "P&AOQ-ckchen &- Co&AC4- v1&AC4-2": [["", "cur", received]],
      "P&AOQ-ckchen &- Co&AC4- v1&AC4-2.Sub": [["RS", "cur", dated]],
    });
  });

  it("names each message in the manifest as it stands in the tar", async () => {
    const { folder, manifest } = await convertPacked(syncArchive(), { pack: "maildir" });
    const listed = execFileSync("tar", ["-tf", "maildir.tar"], { cwd: folder, encoding: "utf8" }).split("\n");
    const packed = manifest.filter((line) => "pack" in line);
    expect(packed.map(({ pack }) => pack)).toEqual(Array(4).fill("maildir.tar"));
    expect(listed.filter((name) => name.includes("/cur/") && !name.endsWith("/"))).toEqual(
      packed.map(({ entry }) => entry),
    );
    expect(listed.filter((name) => name.endsWith("maildirfolder"))).toHaveLength(2);
  });
});
