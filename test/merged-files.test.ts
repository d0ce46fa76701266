import { describe, expect, it } from "vitest";
import { filesOf } from "../shared/items/outcome.ts";
import { type Converted, convertAll } from "./support/convert-all.ts";
import { expectValidPim } from "./support/pim-oracles.ts";
import { bytesOf, collection, command, syncXml } from "./support/sync-samples.ts";
import { BLOBS, oldPacific } from "./support/time-zone-blobs.ts";

const times = (day: number) =>
  `<C:StartTime>201103${day}T090000Z</C:StartTime><C:EndTime>201103${day}T100000Z</C:EndTime>`;
const event = (id: string, day: number) =>
  command(
    "Add",
    id,
    `<C:UID>${id}</C:UID><C:DtStamp>20110301T080000Z</C:DtStamp>${times(day)}<C:Subject>${id}</C:Subject>`,
  );
const contact = (id: string) => command("Add", id, `<P:FirstName>${id}</P:FirstName>`);
const folder = (id: string, name: string) => command("Add", id, `<F:DisplayName>${name}</F:DisplayName>`);
const text = ({ files }: Converted, path: string) => Buffer.from(files.get(path) ?? []).toString();
const convert = (...collections: string[]) => convertAll(bytesOf(syncXml(collections.join(""))));
const merged = ({ manifest }: Converted) =>
  manifest.filter(({ type, items }) => type === "document" && items !== undefined);
const valuesOf = (ics: string, name: string) =>
  [...ics.matchAll(new RegExp(`^${name}:(.*)\\r$`, "gm"))].map(([, value]) => value);

describe("merged files", () => {
  it("hold all objects of a folder, as they are at last, in one calendar that importers read", async () => {
    const converted = await convert(
      collection("Folder", null, folder("c1", "Work/Home") + folder("c2", "ACTIVE")),
      collection("Calendar", "c1", event("a", 14) + event("b", 15) + event("c", 16)),
      collection("Calendar", "c1", command("Delete", "b") + command("Change", "a", "<C:Subject>New</C:Subject>")),
      collection("Calendar", "c2", event("a", 17)),
      collection("Contacts", "6", contact("Ada") + contact("Eve")),
    );
    expect(merged(converted).map(({ path, items, leftOut, warnings }) => [path, items, leftOut, warnings])).toEqual([
      ["calendar/work-2fhome.ics", 2, 0, []],
      ["calendar/inbox.ics", 1, 0, []],
      ["contacts/6.vcf", 2, 0, []],
    ]);
    const work = text(converted, "calendar/work-2fhome.ics");
    expectValidPim(converted.files.get("calendar/work-2fhome.ics") ?? new Uint8Array(0));
    expect(valuesOf(work, "SUMMARY")).toEqual(["c", "New"]);
    expect(valuesOf(work, "VERSION")).toEqual(["2.0"]);
    expectValidPim(converted.files.get("contacts/6.vcf") ?? new Uint8Array(0));
    expect(valuesOf(text(converted, "contacts/6.vcf"), "FN")).toEqual(["Ada", "Eve"]);
  });

  it("tell which items had other rules for a zone, in UTC or not at all", async () => {
    const zoned = (id: string, blob: string, start: string, rule = "") =>
      command(
        "Add",
        id,
        `<C:UID>${id}</C:UID><C:TimeZone>${blob}</C:TimeZone><C:StartTime>${start}</C:StartTime>${rule}`,
      );
    const weekly = "<C:Recurrence><C:Type>1</C:Type><C:Occurrences>2</C:Occurrences></C:Recurrence>";
    const converted = await convert(
      collection(
        "Calendar",
        "c1",
        zoned("new1", BLOBS.PST, "20110314T090000Z") +
          zoned("new2", BLOBS.PST, "20110315T090000Z") +
          zoned("single", oldPacific(), "20060710T170000Z") +
          zoned("series", oldPacific(), "20060710T170000Z", weekly),
      ),
    );
    expect(merged(converted).map(({ items, leftOut, warnings }) => [items, leftOut, warnings])).toEqual([
      [4, 1, ["tz-merge-conflict"]],
    ]);
    const calendar = text(converted, "calendar/c1.ics");
    expect(valuesOf(calendar, "UID")).toEqual(["new1", "new2", "single"]);
    expect(valuesOf(calendar, "DTSTART")).toContain("20060710T170000Z");
  });

  it("are named apart, and never like the file of a single item", async () => {
    const converted = await convert(
      collection("Folder", null, folder("x", "Same") + folder("y", "same!") + folder("z", "000001-20110314T090000Z-a")),
      collection("Calendar", "x", event("a", 14)),
      collection("Calendar", "y", event("b", 14)),
      collection("Calendar", "z", event("c", 14)),
    );
    expect(merged(converted).map(({ path }) => path)).toEqual([
      "calendar/same.ics",
      "calendar/same-2.ics",
      "calendar/folder-000001-20110314t090000z-a.ics",
    ]);
  });

  it("are the same whether they are read one after the other or all at once", async () => {
    const many = Array.from({ length: 500 }, (_, index) => event(`e${index}`, 14 + (index % 10)));
    const cards = Array.from({ length: 500 }, (_, index) => contact(`c${index}`));
    const one = await convert(collection("Calendar", "2", many.join("")), collection("Contacts", "6", cards.join("")));
    const { outcomes } = one;
    expect(outcomes.flatMap((outcome) => (outcome.outcome === "document" ? filesOf(outcome) : []))).toHaveLength(2);
    expect(valuesOf(text(one, "calendar/2.ics"), "UID")).toEqual(
      Array.from({ length: 500 }, (_, index) => `e${index}`),
    );
    expect(valuesOf(text(one, "contacts/6.vcf"), "FN")).toEqual(Array.from({ length: 500 }, (_, index) => `c${index}`));
  });

  it("are made of no more than 64 folders, and that is said", async () => {
    const folders = Array.from({ length: 70 }, (_, index) =>
      collection("Calendar", `f${index}`, event(`e${index}`, 14)),
    );
    const converted = await convert(...folders);
    expect(merged(converted)).toHaveLength(64);
    expect(converted.report.warnings).toMatchObject({ "merged-incomplete": 1 });
    expect(converted.report.items.written).toBe(70);
  });
});
