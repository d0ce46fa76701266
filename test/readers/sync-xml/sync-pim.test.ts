import { describe, expect, it } from "vitest";
import { type Converted, convertAll } from "../../support/convert-all.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml, type Verb } from "../../support/sync-samples.ts";

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("utf8");
const unfolded = (bytes: Uint8Array | undefined) => text(bytes).replaceAll("\r\n ", "").split("\r\n");

const EVENT =
  "<C:DtStamp>20110301T080000Z</C:DtStamp><C:StartTime>20110314T090000Z</C:StartTime>" +
  "<C:EndTime>20110314T100000Z</C:EndTime><C:AllDayEvent>0</C:AllDayEvent>";
const event = (verb: Verb, id: string, fields: string) => command(verb, id, `<C:UID>${id}</C:UID>${EVENT}${fields}`);
const calendar = (...commands: string[]) =>
  convertAll(bytesOf(syncXml(collection("Calendar", "2", commands.join("")))));
const file = ({ files }: Converted, path: RegExp) => [...files].find(([name]) => path.test(name));

describe("calendar objects of Sync XML", () => {
  it("T-SYNC-01: keep what a change does not name", async () => {
    const change = command("Change", "2:17", "<C:Subject>T</C:Subject>");
    const converted = await calendar(
      event("Add", "2:17", "<C:Subject>S</C:Subject><C:Location>L</C:Location>"),
      change,
    );
    const [path, ics] = file(converted, /\.ics$/) ?? [];
    expect(path).toMatch(/^calendar\/000001-20110314T090000Z-t\.ics$/);
    expect(unfolded(ics)).toEqual(expect.arrayContaining(["SUMMARY:T", "LOCATION:L", "UID:2:17"]));
    expect(converted.manifest.filter(({ type }) => type === "file")).toHaveLength(1);
    expect(converted.manifest[0]).toMatchObject({
      id: "2:17",
      collection: "2",
      class: "Calendar",
      component: "VEVENT",
    });
  });

  it("T-SYNC-02: lose what a change names without content", async () => {
    const add = event("Add", "2:17", "<C:Subject>S</C:Subject><C:Location>L</C:Location>");
    const converted = await calendar(add, command("Change", "2:17", "<C:Location/>"));
    expect(text(file(converted, /\.ics$/)?.[1])).not.toContain("LOCATION");
  });

  it("T-SYNC-04: are no files once deleted, whatever the letter case of the id", async () => {
    const converted = await calendar(event("Add", "2:aB", "<C:Subject>S</C:Subject>"), command("Delete", "2:Ab"));
    expect(converted.files.size).toBe(0);
    expect(converted.manifest).toEqual([expect.objectContaining({ type: "deleted", id: "2:Ab", collection: "2" })]);
    expect(converted.report).toMatchObject({ deleted: 1, items: { seen: 0 } });
    expect(converted.hasErrors).toBe(false);
  });

  it("T-SYNC-05: are kept around one that cannot be mapped, whose XML is kept too", async () => {
    const bad = event("Add", "2:2", "<C:Subject>B</C:Subject>").replace("20110314T090000Z", "garbage");
    const converted = await calendar(
      event("Add", "2:1", "<C:Subject>A</C:Subject>"),
      bad,
      event("Add", "2:3", "<C:Subject>C</C:Subject>"),
    );
    expect(converted.report.items).toMatchObject({ seen: 3, written: 2, skipped: 1 });
    expect(converted.report.skips).toEqual({ "readers/item-unmappable": 1 });
    const [path, xml] = file(converted, /^unmapped\//) ?? [];
    expect(path).toMatch(/^unmapped\/[0-9a-f]{32}\.xml$/);
    expect(text(xml)).toContain("<C:StartTime>garbage</C:StartTime>");
    // What is kept can be repaired and converted.
    const again = await convertAll(bytesOf(text(xml).replace("garbage", "20110314T090000Z")));
    expect(again.manifest[0]).toMatchObject({ id: "2:2", collection: "2", title: "B" });
  });

  it("replace all exceptions at once, and change single occurrences", async () => {
    const daily = "<C:Recurrence><C:Type>0</C:Type><C:Occurrences>5</C:Occurrences></C:Recurrence>";
    const deleted = (day: string) =>
      `<C:Exception><C:Deleted>1</C:Deleted><C:ExceptionStartTime>201103${day}T090000Z</C:ExceptionStartTime></C:Exception>`;
    const add = event("Add", "2:1", `${daily}<C:Exceptions>${deleted("15")}</C:Exceptions>`);
    const change = command("Change", "2:1", `<C:Exceptions>${deleted("16")}</C:Exceptions>`);
    const one = "<Delete><ServerId>2:1</ServerId><B:InstanceId>2011-03-17T09:00:00.000Z</B:InstanceId></Delete>";
    const ics = unfolded(file(await calendar(add, change, one), /\.ics$/)?.[1]);
    expect(ics.filter((line) => line.startsWith("EXDATE")).join()).toMatch(
      /^EXDATE[^,]*20110316T090000Z?,EXDATE[^,]*20110317T090000Z?$/,
    );
  });

  it("are told by the namespace of their data when the collection has no class", async () => {
    const xml = syncXml(collection("Calendar", "2", event("Add", "2:1", ""))).replace("<Class>Calendar</Class>", "");
    expect((await convertAll(bytesOf(xml))).manifest[0]).toMatchObject({ class: "Calendar" });
  });
});

describe("the other classes of Sync XML", () => {
  const notes = collection(
    "Notes",
    "8",
    command("Add", "8:1", "<N:Subject>N</N:Subject><B:Body><B:Type>1</B:Type><B:Data>l1\r\nl2</B:Data></B:Body>"),
  );
  const tasks = collection("Tasks", "7", command("Add", "7:1", "<T:Subject>T</T:Subject><T:Complete>0</T:Complete>"));
  const contacts = collection("Contacts", "6", command("Add", "6:3", "<P:FirstName>Ada</P:FirstName>"));
  const mails = collection("Email", "5", command("Add", "5:1", mimeData(shortMime("M"))));

  it("become cards, VTODO files, and notes as VJOURNAL and Markdown", async () => {
    const converted = await convertAll(bytesOf(syncXml(mails + contacts + tasks + notes)));
    expect([...converted.files.keys()]).toEqual([
      expect.stringMatching(/^mail\/000001-.*\.eml$/),
      expect.stringMatching(/^contacts\/000002-ada\.vcf$/),
      expect.stringMatching(/^tasks\/000003-.*-t\.ics$/),
      expect.stringMatching(/^notes\/000004-.*-n\.ics$/),
      expect.stringMatching(/^notes\/000004-.*-n\.md$/),
      "contacts/6.vcf",
      "tasks/7.ics",
      "notes/8.ics",
    ]);
    expect(text(file(converted, /\.md$/)?.[1])).toBe("# N\n\nl1\nl2\n");
    expect(unfolded(file(converted, /contacts/)?.[1])).toContain("FN:Ada");
    expect(converted.report.items.byKind).toEqual({ mail: 1, calendar: 2, contact: 1, raw: 0 });
  });

  it("are dated by the archive when nothing else dates them", async () => {
    const options = { archiveTime: "2012-05-06T07:08:09Z", noteEml: true };
    const undated = collection("Email", "1", command("Add", "1:1", "<E:Subject>M</E:Subject>"));
    const { files } = await convertAll(bytesOf(syncXml(undated + notes)), { options });
    expect([...files.keys()].slice(0, 4)).toEqual([
      "mail/000001-20120506T070809Z-m.eml",
      "notes/000002-undated-n.ics",
      "notes/000002-undated-n.md",
      "notes/000002-undated-n.eml",
    ]);
    const texts = [...files.values()].map((bytes) => text(bytes));
    expect(texts[0]).toContain("Date: Sun, 06 May 2012 07:08:09 +0000\r\n");
    expect(texts[1]).toContain("DTSTAMP:20120506T070809Z\r\n");
    expect(texts[3]).toContain("X-Uniform-Type-Identifier: com.apple.mail-note\r\n");
  });

  it("tell in the manifest what their files have no place for", async () => {
    const rated = "<P:FirstName>Ada</P:FirstName><P:WeightedRank>3</P:WeightedRank>";
    const lunar =
      "<C:StartTime>20110314T090000Z</C:StartTime><C:EndTime>20110314T100000Z</C:EndTime><C:Recurrence><C:Type>5</C:Type>" +
      "<C:CalendarType>8</C:CalendarType><C:DayOfMonth>1</C:DayOfMonth><C:MonthOfYear>7</C:MonthOfYear></C:Recurrence>";
    const { manifest } = await convertAll(
      bytesOf(
        syncXml(
          collection("Contacts", "6", command("Add", "6:9", rated)) +
            collection("Calendar", "2", command("Add", "2:17", lunar)) +
            contacts,
        ),
      ),
    );
    expect(manifest.slice(0, 3).map(({ elements }) => elements)).toEqual([
      { WeightedRank: "3" },
      {
        "Recurrence/Type": "5",
        "Recurrence/DayOfMonth": "1",
        "Recurrence/MonthOfYear": "7",
        "Recurrence/CalendarType": "8",
      },
      undefined,
    ]);
    expect(manifest[1]?.warnings).toContain("recurrence-nongregorian");
  });

  it("heed the options of the mapping", async () => {
    const converted = await convertAll(bytesOf(syncXml(contacts)), { options: { vcardVersion: "4.0" } });
    expect(unfolded(file(converted, /contacts/)?.[1])).toContain("VERSION:4.0");
    expect(converted.report.options.vcardVersion).toBe("4.0");
  });

  it("keep the XML of a class that nobody knows", async () => {
    const { report, files } = await convertAll(
      bytesOf(syncXml(collection("Widgets", "9", command("Add", "9:1", "<x/>")))),
    );
    expect(report.skips).toEqual({ "readers/item-unmappable": 1 });
    expect([...files.keys()][0]).toMatch(/^unmapped\//);
  });
});
