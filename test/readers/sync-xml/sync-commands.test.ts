import { describe, expect, it } from "vitest";
import { type Converted, convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "../../support/sync-samples.ts";

const TIMES =
  "<C:DtStamp>20110301T080000Z</C:DtStamp><C:StartTime>20110314T090000Z</C:StartTime>" +
  "<C:EndTime>20110314T100000Z</C:EndTime>";
const DAILY = "<C:Recurrence><C:Type>0</C:Type><C:Occurrences>5</C:Occurrences></C:Recurrence>";
const convert = (...collections: string[]) => convertAll(bytesOf(syncXml(collections.join(""))));
const calendar = (...commands: string[]) => collection("Calendar", "2", commands.join(""));
const emails = (...commands: string[]) => collection("Email", "5", commands.join(""));
const items = ({ manifest }: Converted) => manifest.filter(({ type, id }) => type === "file" && id !== undefined);
const facts = (converted: Converted, ...names: string[]) =>
  items(converted).map((item) => names.map((name) => item[name]));
const lines = ({ files }: Converted) =>
  Buffer.from([...files].find(([path]) => path.endsWith(".ics"))?.[1] ?? [])
    .toString()
    .replaceAll("\r\n ", "")
    .split("\r\n");

describe("ids that a client gives", () => {
  const added = (clientId: string, data: string) =>
    `<Add><ClientId>${clientId}</ClientId><ApplicationData>${data}</ApplicationData></Add>`;
  const answer = (itemClass: string, id: string, clientId: string, serverId: string) =>
    `<Collection><Class>${itemClass}</Class><CollectionId>${id}</CollectionId><Status>1</Status><Responses><Add>` +
    `<ClientId>${clientId}</ClientId><ServerId>${serverId}</ServerId><Status>1</Status></Add></Responses></Collection>`;

  it("are the server's once it has answered: later changes are to the same item", async () => {
    const request = makeArchive(bytesOf(syncXml(calendar(added("c1", `<C:Subject>S</C:Subject>${TIMES}`)))));
    const response = makeArchive(bytesOf(syncXml(answer("Calendar", "2", "c1", "2:9"))));
    const change = makeArchive(bytesOf(syncXml(calendar(command("Change", "2:9", "<C:Location>L</C:Location>")))));
    const converted = await convertAll(Buffer.concat([request, response, change]));
    expect(facts(converted, "id", "title", "warnings")).toEqual([["2:9", "S", ["uid-synthesised"]]]);
    expect(lines(converted)).toContain("LOCATION:L");
    const deleted = makeArchive(bytesOf(syncXml(calendar(command("Delete", "2:9")))));
    expect(items(await convertAll(Buffer.concat([request, response, deleted])))).toEqual([]);
  });

  it("name another item in each request", async () => {
    const one = added("1", mimeData(shortMime("One")));
    const two = added("1", mimeData(shortMime("Two")));
    expect(facts(await convert(emails(one), emails(two)), "id", "title")).toEqual([
      ["1", "One"],
      ["1#2", "Two"],
    ]);
    const answered = await convert(
      emails(one),
      answer("Email", "5", "1", "5:1"),
      emails(two),
      answer("Email", "5", "1", "5:2"),
      emails(command("Delete", "5:1")),
    );
    expect(facts(answered, "id", "title")).toEqual([["5:2", "Two"]]);
  });

  it("name folders too, before and after the answer", async () => {
    const folders = collection("Folder", "F", added("new", "<F:DisplayName>Made here</F:DisplayName>"));
    const mail = (id: string, folder: string) =>
      command("Add", id, mimeData(shortMime(id), `<H:FolderId isClientId="1">${folder}</H:FolderId>`));
    const converted = await convert(
      folders,
      emails(mail("a", "new")),
      answer("Folder", "F", "new", "F:7"),
      emails(mail("b", "f:7")),
    );
    expect(facts(converted, "folder")).toEqual([["Made here"], ["Made here"]]);
    const { folders: told } = JSON.parse(Buffer.from(converted.files.get("folders.json") ?? []).toString());
    expect(told).toMatchObject([{ id: "F:7", name: "Made here", items: 2 }]);
  });
});

describe("folders that change", () => {
  const folder = (verb: "Add" | "Change", id: string, fields: string) =>
    collection("Folder", null, command(verb, id, fields));
  const name = (text: string) => `<F:DisplayName>${text}</F:DisplayName>`;

  it("are renamed and moved for all their items, earlier ones too", async () => {
    const converted = await convert(
      folder("Add", "top", name("Top")),
      folder("Add", "f", name("Old")),
      emails(command("Add", "m1", mimeData(shortMime("1"), "<H:FolderId>f</H:FolderId>"))),
      folder("Change", "F", name("New")),
      folder("Change", "f", "<F:ParentId>TOP</F:ParentId>"),
    );
    expect(facts(converted, "folder")).toEqual([["Top/New"]]);
  });

  it("hold a mail that was moved to them, wherever the move says so", async () => {
    const add = (id: string) => command("Add", id, mimeData(shortMime(id), "<H:FolderId>a</H:FolderId>"));
    const beside = "<Change><ServerId>m2</ServerId><H:FolderId>b</H:FolderId></Change>";
    const converted = await convert(
      folder("Add", "a", name("A")),
      folder("Add", "b", name("B")),
      emails(add("m1"), add("m2"), command("Change", "m1", "<H:FolderId>b</H:FolderId>"), beside),
    );
    expect(facts(converted, "id", "folder", "title")).toEqual([
      ["m1", "B", "m1"],
      ["m2", "B", "m2"],
    ]);
  });
});

describe("commands out of their usual order", () => {
  it("begin anew after a Delete: a Change behind it is to an unknown item", async () => {
    const converted = await convert(
      emails(
        command("Add", "m1", mimeData(shortMime("Old"), "<E:Read>1</E:Read>")),
        command("Delete", "m1"),
        command("Change", "m1", mimeData(shortMime("New"))),
      ),
    );
    expect(facts(converted, "title", "seen")).toEqual([["New", false]]);
    expect(items(converted)[0]?.warnings).toContain("change-without-add");
  });

  it("keep a Change before its Add out of what the Add says", async () => {
    const converted = await convert(
      calendar(
        command("Change", "2:1", "<C:Location>L</C:Location>"),
        command("Add", "2:1", `<C:Subject>S</C:Subject>${TIMES}`),
      ),
    );
    expect(facts(converted, "title")).toEqual([["S"]]);
    expect(lines(converted).join()).not.toContain("LOCATION");
  });

  it("clear what a Change names with nothing but blanks, and the exceptions of what is no series any more", async () => {
    const gone =
      "<C:Exceptions><C:Exception><C:Deleted>1</C:Deleted><C:ExceptionStartTime>20110315T090000Z</C:ExceptionStartTime></C:Exception></C:Exceptions>";
    const converted = await convert(
      calendar(
        command("Add", "2:1", `<C:UID>u</C:UID><C:Location>L</C:Location>${TIMES}${DAILY}${gone}`),
        command("Change", "2:1", "<C:Location>\r\n </C:Location><C:Recurrence/>"),
      ),
    );
    expect(lines(converted).filter((line) => /^(?:LOCATION|RRULE|EXDATE|RECURRENCE-ID)/.test(line))).toEqual([]);
  });

  it("change one occurrence twice, however its time is written", async () => {
    const once = (instance: string, fields: string) =>
      `<Change><ServerId>2:1</ServerId><B:InstanceId>${instance}</B:InstanceId><ApplicationData>${fields}</ApplicationData></Change>`;
    const converted = await convert(
      calendar(
        command("Add", "2:1", `<C:UID>u</C:UID><C:Subject>S</C:Subject>${TIMES}${DAILY}`),
        once("2011-03-15T09:00:00.000Z", "<C:Subject>Once</C:Subject>"),
        once("20110315T090000Z", "<C:Location>Elsewhere</C:Location>"),
      ),
    );
    const all = lines(converted);
    expect(all.filter((line) => line.startsWith("RECURRENCE-ID"))).toHaveLength(1);
    expect(all).toEqual(expect.arrayContaining(["SUMMARY:Once", "LOCATION:Elsewhere"]));
  });
});

describe("fields in other dress", () => {
  it("are read from the charset they name when they are no UTF-8", async () => {
    const categories = `<H:Categories encoding="2" charset="iso-8859-1">${Buffer.from("Grün", "latin1").toString("base64")}</H:Categories>`;
    const utf8 = `<H:Categories encoding="2" charset="iso-8859-1">${Buffer.from("Grün").toString("base64")}</H:Categories>`;
    const converted = await convert(
      emails(
        command("Add", "m1", mimeData(shortMime("1"), categories)),
        command("Add", "m2", mimeData(shortMime("2"), utf8)),
      ),
    );
    expect(facts(converted, "categories")).toEqual([[["Grün"]], [["Grün"]]]);
  });

  it("have encoded words decoded in a mail's subject, in an unknown namespace too", async () => {
    const subject = '<Q:Subject xmlns:Q="urn:q">=?UTF-8?B?R3LDvMOfZQ==?=</Q:Subject>';
    const converted = await convert(emails(command("Add", "m1", `${subject}<E:From>a@x.org</E:From>`)));
    expect(facts(converted, "title")).toEqual([["Grüße"]]);
    expect(items(converted)[0]?.warnings).toContain("ns-alias");
  });

  it("take megabytes of base64 for a subject", async () => {
    const text = Buffer.from("long subject ".repeat(500_000)).toString("base64");
    const converted = await convert(emails(command("Add", "m1", `<E:Subject encoding="2">${text}</E:Subject>`)));
    expect(items(converted)).toHaveLength(1);
  });

  it("keep the line ends of a mail whose text comes in many pieces", async () => {
    const mime = `${shortMime("S")}${"a&#13;\nb]]c &amp; d &#13;e\n".repeat(20_000)}`;
    const data = mimeData("@").replace("@", mime);
    const whole = await convert(emails(command("Add", "m1", data)));
    const pieces = await convertAll(bytesOf(syncXml(emails(command("Add", "m1", data)))), { chunkBytes: 977 });
    const [eml] = whole.files.values();
    expect(Buffer.from(eml ?? []).toString()).toBe(
      mime
        .replaceAll("&#13;", "\r")
        .replaceAll("&amp;", "&")
        .replace(/\r\n|\n/g, "\r\n"),
    );
    expect(pieces.manifest).toEqual(whole.manifest);
  });

  it("refuse `]]>` in text, wherever a piece ends", async () => {
    const xml = bytesOf(
      syncXml(emails(command("Add", "m1", mimeData("a]]>b")), command("Add", "m2", mimeData(shortMime("2"))))),
    );
    for (const chunkBytes of [1, 2, 3, 5, 4096]) {
      const { report } = await convertAll(xml, { chunkBytes });
      expect(report.skips).toEqual({ "readers/xml-malformed": 1 });
    }
  });
});
