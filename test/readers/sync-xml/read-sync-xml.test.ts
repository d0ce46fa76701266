import { describe, expect, it } from "vitest";
import { type Converted, convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "../../support/sync-samples.ts";

const emails = (...commands: string[]) => syncXml(collection("Email", "5", commands.join("")));
const convert = (xml: string) => convertAll(bytesOf(xml));
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("utf8");
const titles = ({ manifest }: Converted) => manifest.filter(({ type }) => type === "file").map(({ title }) => title);
const line = ({ manifest }: Converted, type: string) => manifest.find((entry) => entry.type === type) ?? {};

describe("Sync XML as a payload", () => {
  const xml = emails(
    command("Add", "m1", mimeData(shortMime("One"))),
    command("Add", "m2", mimeData(shortMime("Zwei ü 💪"))),
    command("Add", "m3", mimeData(shortMime("Three"))),
  );

  it.each([1, 2, 3, 7, 64, 4096])(
    "gives the same files fed %i bytes at a time, with Windows line ends too",
    async (size) => {
      const windows = bytesOf(xml.replaceAll("><", ">\r\n<"));
      const whole = await convertAll(windows);
      const pieces = await convertAll(windows, { chunkBytes: size });
      expect(pieces.manifest).toEqual(whole.manifest);
      expect(titles(whole)).toEqual(["One", "Zwei ü 💪", "Three"]);
    },
  );

  it("is read out of an archive, and each item's position is where its command stands", async () => {
    const bytes = bytesOf(xml);
    const { manifest } = await convertAll(makeArchive(bytes, { blockBytes: 300 }));
    const places = manifest.flatMap(({ type, source }) => (type === "file" ? [source] : []));
    const starts = places.map((place) => {
      const { outputOffset, outputLength } = place as { outputOffset: number; outputLength: number };
      return text(bytes.subarray(outputOffset, outputOffset + outputLength)).replace(
        /^(<Add><ServerId>m.).*(<\/Add>)$/s,
        "$1$2",
      );
    });
    expect(starts).toEqual(["<Add><ServerId>m1</Add>", "<Add><ServerId>m2</Add>", "<Add><ServerId>m3</Add>"]);
    for (const place of places) {
      const { outputOffset, outputLength, blocks } = place as {
        outputOffset: number;
        outputLength: number;
        blocks: [];
      };
      const last = Math.floor((outputOffset + outputLength - 1) / 300);
      expect(blocks).toEqual([Math.floor(outputOffset / 300), last]);
    }
  });

  it.each([
    [
      "UTF-16LE with a byte order mark",
      (xml: string) => Buffer.from(`\ufeff${xml.replace("utf-8", "utf-16")}`, "utf16le"),
    ],
    ["UTF-8 with a byte order mark", (xml: string) => Buffer.from(`\ufeff${xml}`)],
    ["windows-1252", (xml: string) => Buffer.from(xml.replace("utf-8", "windows-1252").replace(" 💪", ""), "latin1")],
  ])("is read in %s", async (_, encode) => {
    const { manifest } = await convertAll(encode(xml));
    expect(manifest[1]?.title).toMatch(/^Zwei ü/);
  });

  it("applies several responses, one after the other and in other streams, to each other", async () => {
    const later = emails(command("Delete", "M1"), command("Change", "m3", "<H:FolderId>f</H:FolderId>"));
    const concatenated = await convert(`${xml}\r\n${later}`);
    expect(titles(concatenated)).toEqual(["Zwei ü 💪", "Three"]);
    const first = makeArchive(bytesOf(xml));
    const streams = await convertAll(Buffer.concat([first, makeArchive(bytesOf(later))]));
    expect(titles(streams)).toEqual(["Zwei ü 💪", "Three"]);
    expect(line(streams, "deleted")).toMatchObject({ id: "M1", collection: "5", archiveOffset: first.length });
  });

  it("leaves out what the server took out of the synchronised window, and says so", async () => {
    const converted = await convert(
      emails(command("Add", "m1", mimeData(shortMime("One"))), command("SoftDelete", "m1")),
    );
    expect(titles(converted)).toEqual([]);
    expect(line(converted, "deleted")).toMatchObject({ id: "m1", soft: true });
  });

  it("gives an item that is deleted and added again once, as it was added", async () => {
    const again = emails(
      command("Add", "m1", mimeData(shortMime("Old"))),
      command("Delete", "m1"),
      command("Add", "m1", mimeData(shortMime("New"))),
    );
    expect(titles(await convert(again))).toEqual(["New"]);
  });

  it("takes a change to an unknown item for the item", async () => {
    const converted = await convert(emails(command("Change", "m1", mimeData(shortMime("One")))));
    expect(line(converted, "file").warnings).toContain("change-without-add");
  });

  it("recognises known elements in an unknown namespace", async () => {
    const converted = await convert(
      emails(command("Add", "m1", mimeData(shortMime("One"))))
        .replace("HMMAIL:", "x")
        .replace("<ApplicationData>", '<ApplicationData><Q:Read xmlns:Q="urn:q">1</Q:Read>'),
    );
    expect(line(converted, "file").warnings).toContain("ns-alias");
  });

  it("tells the status with which the server refused", async () => {
    const refused = syncXml("").replace("<Status>1</Status>", "<Status>3204</Status>");
    const converted = await convert(refused);
    expect(line(converted, "skip")).toMatchObject({ code: "readers/sync-status", details: { status: "3204" } });
    const answer = "<Responses><Fetch><ServerId>m9</ServerId><Status>4403</Status></Fetch></Responses>";
    const fetch = await convert(syncXml(`<Collection><Class>Email</Class>${answer}</Collection>`));
    expect(line(fetch, "skip")).toMatchObject({ details: { status: "4403", serverId: "m9" } });
  });

  it("skips what would have to be held beyond the limit, and nothing else", async () => {
    const xml = emails(
      command("Add", "m1", mimeData(shortMime("One"))),
      command("Add", "m2", mimeData(shortMime("Two"))),
      command("Change", "m1", "<E:Read>1</E:Read>"),
    );
    const converted = await convertAll(bytesOf(xml), { limits: { maxHeldSyncBytes: 100 } });
    expect(titles(converted)).toEqual(["Two"]);
    expect(line(converted, "skip")).toMatchObject({ code: "readers/sync-held" });
  });
});

describe("mail in Sync XML", () => {
  it("T-MAIL-02: gets its CRLF back, and a warning that its bytes are rebuilt", async () => {
    const { files, manifest } = await convert(emails(command("Add", "m1", mimeData(shortMime("One")))));
    expect(text([...files.values()][0])).toBe(shortMime("One").replaceAll("\n", "\r\n"));
    expect(manifest[0]?.warnings).toEqual(["mime-from-xml"]);
  });

  it.each([
    ["text/plain; charset=iso-8859-1", "8bit", "latin1"],
    ["text/plain", "8bit", "latin1"],
    ["text/plain; charset=utf-8", "8bit", "utf8"],
    ["text/plain; charset=iso-8859-1", "7bit", "utf8"],
  ] as const)("writes 8-bit text of %s in %s as %s", async (type, transfer, encoding) => {
    const mime = `Subject: S\nFrom: a@x.org\nContent-Type: ${type}\nContent-Transfer-Encoding: ${transfer}\n\nGrüße\n`;
    const { files } = await convert(emails(command("Add", "m1", mimeData(mime))));
    expect(Buffer.from([...files.values()][0] ?? [])).toEqual(Buffer.from(mime.replaceAll("\n", "\r\n"), encoding));
  });

  it("T-MAIL-06: is written although the server announced another size", async () => {
    const converted = await convert(emails(command("Add", "m1", mimeData(shortMime("One"), "<H:Size>7</H:Size>"))));
    expect(line(converted, "file").warnings).toContain("size-mismatch");
    const size = shortMime("One").replaceAll("\n", "\r\n").length;
    const right = await convert(emails(command("Add", "m1", mimeData(shortMime("One"), `<H:Size>${size}</H:Size>`))));
    expect(line(right, "file").warnings).not.toContain("size-mismatch");
  });

  it("is partial when the server cut it off", async () => {
    const cut = mimeData(shortMime("One")).replace("</B:Type>", "</B:Type><B:Truncated>1</B:Truncated>");
    const { files, manifest, report } = await convert(emails(command("Add", "m1", cut)));
    expect([...files.keys()][0]).toMatch(/\.partial\.eml$/);
    expect(manifest[0]).toMatchObject({ partial: true, warnings: ["mime-from-xml", "body-truncated", "mime-partial"] });
    expect(report.items.partial).toBe(1);
  });

  it("T-MAIL-07: knows its folder, wherever the id stands and however the name is written", async () => {
    const folders = collection(
      "Folder",
      null,
      command("Add", "F1", "<F:DisplayName>ACTIVE</F:DisplayName>") +
        command("Add", "F2", "<F:DisplayName>HM_BuLkMail_</F:DisplayName>") +
        command("Add", "F3", '<F:DisplayName encoding="2">R3LDvMOfZQ==</F:DisplayName><F:ParentId>f1</F:ParentId>') +
        command("Add", "F4", "<F:DisplayName>Empty</F:DisplayName>"),
    );
    const beside = `<Add><ServerId>m2</ServerId><H:FolderId>F2</H:FolderId><ApplicationData>${mimeData(shortMime("2"))}</ApplicationData></Add>`;
    const mails = collection(
      "Email",
      null,
      command("Add", "m1", mimeData(shortMime("1"), "<H:FolderId>F1</H:FolderId>")) +
        beside +
        command("Add", "m3", mimeData(shortMime("3"), "<H:FolderId>f3</H:FolderId>")) +
        command("Add", "m4", mimeData(shortMime("4"), "<H:FolderId>00000000-0000-0000-0000-000000000004</H:FolderId>")),
    );
    // The folders come last: no mail may be given before they are known.
    const { manifest, files } = await convert(syncXml(mails + folders));
    const places = manifest.filter(({ type }) => type === "file").map(({ folder }) => folder);
    expect(places).toEqual(["Inbox", "Junk", "Inbox/Grüße", "Drafts"]);
    const told = JSON.parse(text(files.get("folders.json")));
    expect(told.folders.map(({ path, items }: { path: string; items: number }) => [path, items])).toEqual([
      ["Inbox", 1],
      ["Junk", 1],
      ["Inbox/Grüße", 1],
      ["Empty", 0],
    ]);
  });

  it("follows folders in a circle only once", async () => {
    const loop = (id: string, parent: string) =>
      command("Add", id, `<F:DisplayName>${id}</F:DisplayName><F:ParentId>${parent}</F:ParentId>`);
    const { files } = await convert(syncXml(collection("Folder", null, loop("a", "b") + loop("b", "a"))));
    expect(JSON.parse(text(files.get("folders.json"))).folders[0].path).toBe("b/a");
  });
});
