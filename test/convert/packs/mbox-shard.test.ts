import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { convertAll } from "../../support/convert-all.ts";
import { archiveOf, convertPacked, mailMessages, syncArchive } from "../../support/pack-samples.ts";
import { runPython } from "../../support/run-python.ts";

/** Reads an mbox by Python's mailbox: bytes of each message as base64, its From_ line, its flags. */
const READ_MBOX = `
import base64, json, mailbox, sys
box = mailbox.mbox(sys.argv[1], create=False)
print(json.dumps([[base64.b64encode(box.get_bytes(k)).decode(), box[k].get_from(), box[k].get_flags()] for k in box.keys()]))
`;

type PythonMessage = readonly [base64: string, from: string, flags: string];

const readByPython = (path: string) => runPython(READ_MBOX, path) as readonly PythonMessage[];
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
/** What mboxrd readers do, and Python does not. */
const unquote = (text: string) => text.replace(/^>(>*From )/gm, "$1");
/** The documented rule: a last line without an end gets LF. */
const ended = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);

describe("--pack mbox", () => {
  it("is read by Python's mailbox: every message byte for byte", async () => {
    const messages = mailMessages();
    const { folder } = await convertPacked(archiveOf(messages), { pack: "mbox" });
    const read = readByPython(join(folder, "mail.mbox")).map(([base64]) => latin1(Buffer.from(base64, "base64")));
    expect(read.map(unquote)).toEqual(messages.map((message) => ended(latin1(message))));
  });

  it("converts back into the same messages, byte for byte", async () => {
    const messages = mailMessages();
    const { files } = await convertPacked(archiveOf(messages), { pack: "mbox" });
    const again = await convertAll(files.get("mail.mbox") as Uint8Array);
    const mails = [...again.files].filter(([path]) => path.startsWith("mail/")).map(([, bytes]) => latin1(bytes));
    expect(mails).toEqual(messages.map((message) => ended(latin1(message))));
  });

  it("begins each message with its sender and its date in UTC", async () => {
    const { folder } = await convertPacked(syncArchive(), { pack: "mbox" });
    const froms = readByPython(join(folder, "mail/inbox.mbox")).map(([, from]) => from);
    expect(froms).toEqual(["a@x.org Fri Jan 28 08:56:57 2011", "a@x.org Mon Mar 14 09:00:00 2011"]);
  });

  it("has one mbox for each mail folder, and leaves all else as files", async () => {
    const { files, manifest } = await convertPacked(syncArchive(), { pack: "mbox" });
    expect([...files.keys()].filter((path) => path.endsWith(".mbox"))).toEqual([
      "mail/inbox.mbox",
      "mail/päckchen-co-v1-2-sub.mbox",
      "mail/päckchen-co-v1-2.mbox",
    ]);
    expect(files.has("calendar/cal.ics")).toBe(true);
    const packed = manifest.filter((line) => "pack" in line).map(({ id, pack, entry }) => [id, pack, entry]);
    expect(packed).toEqual([
      ["m1", "mail/inbox.mbox", 1],
      ["m2", "mail/päckchen-co-v1-2.mbox", 1],
      ["m3", "mail/päckchen-co-v1-2-sub.mbox", 1],
      ["m4", "mail/inbox.mbox", 2],
    ]);
  });

  it("says nothing of what the server knew unless asked to", async () => {
    const { files } = await convertPacked(syncArchive(), { pack: "mbox" });
    for (const [path, bytes] of files)
      if (path.endsWith(".mbox")) expect(latin1(bytes)).not.toMatch(/^(?:X-)?Status:/m);
  });

  it("tells flags by header fields when asked to, as Python reads them", async () => {
    const { folder, files } = await convertPacked(syncArchive(), { pack: "mbox", mboxHeaders: true });
    const flagsIn = (name: string) => readByPython(join(folder, `mail/${name}.mbox`)).map(([, , flags]) => flags);
    expect(flagsIn("inbox")).toEqual(["ROF", "OT"]);
    expect(flagsIn("päckchen-co-v1-2-sub")).toEqual(["ROA"]);
    expect(flagsIn("päckchen-co-v1-2")).toEqual(["O"]);
    const inbox = latin1(files.get("mail/inbox.mbox") as Uint8Array);
    expect(inbox).toContain("X-Mozilla-Status: 0005\r\nX-Mozilla-Status2: 00000000\r\nStatus: RO\r\nX-Status: F\r\n");
    expect(inbox).toContain("X-Gmail-Labels: Inbox,Opened,Starred\r\nFrom: a@x.org\r\n");
    expect(latin1(files.get("mail/päckchen-co-v1-2.mbox") as Uint8Array)).toContain(
      "X-Keywords: Blue_sky &ANw-berf&AOQ-llig\r\n",
    );
  });

  it("adds no header field to mail of which nothing is known", async () => {
    const archive = archiveOf(mailMessages());
    const plain = await convertPacked(archive, { pack: "mbox" });
    const told = await convertPacked(archive, { pack: "mbox", mboxHeaders: true });
    expect(told.files.get("mail.mbox")).toEqual(plain.files.get("mail.mbox"));
  });
});
