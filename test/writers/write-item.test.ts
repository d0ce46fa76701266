import { describe, expect, it } from "vitest";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import type { CalendarItem, ContactItem, Item, Origin } from "../../shared/items/item.ts";
import { writeItem } from "../../shared/writers/write-item.ts";
import { gapAt } from "../support/mime-samples.ts";
import { expectValidPim } from "../support/pim-oracles.ts";

const ORIGIN: Origin = {
  position: { stream: 0, blocks: [0, 0], outputOffset: 0, outputLength: 1 },
  part: null,
  name: null,
};
const BASE = { origin: ORIGIN, warnings: [] };
const BYTES = Uint8Array.of(1, 2, 0, 255);

const EVENT: CalendarItem = {
  ...BASE,
  kind: "calendar",
  role: "stored",
  component: "VEVENT",
  lines: [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:x",
    "BEGIN:VEVENT",
    "UID:1",
    "DTSTAMP:20110301T080000Z",
    `SUMMARY:${"é".repeat(90)}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ],
  summary: "Team meeting",
  dateMillis: null,
};
const CONTACT: ContactItem = {
  ...BASE,
  kind: "contact",
  lines: ["BEGIN:VCARD", "VERSION:3.0", "FN:Jörg", "N:;Jörg;;;", "END:VCARD"],
  formattedName: "Jörg",
  original: null,
};

const summaryOf = (item: Item): readonly string[][] =>
  writeItem(item, 7).map(({ path, mediaType }) => [path, mediaType]);

describe("files of an item", () => {
  it("a message is given as it is; one with holes is partial", async () => {
    const mail: Item = { ...BASE, kind: "mail", content: [BYTES], subject: "Hi", dateMillis: 0, holes: [] };
    expect(summaryOf(mail)).toEqual([["mail/000007-19700101T000000Z-hi.eml", "message/rfc822"]]);
    expect(summaryOf({ ...mail, holes: [gapAt(0, 1)] })).toEqual([
      ["mail/000007-19700101T000000Z-hi.partial.eml", "message/rfc822"],
    ]);
    expect(await collectBytes(writeItem(mail, 7)[0]?.content ?? [])).toEqual(BYTES);
  });

  it("a raw payload likewise", () => {
    const raw: Item = { ...BASE, kind: "raw", content: [BYTES], holes: [] };
    expect(summaryOf(raw)).toEqual([["other/000007.bin", "application/octet-stream"]]);
    expect(summaryOf({ ...raw, holes: [gapAt(0, 1)] })[0]?.[0]).toBe("other/000007.partial.bin");
  });

  it.each<[Partial<CalendarItem>, string]>([
    [{}, "calendar"],
    [{ component: "VFREEBUSY" }, "calendar"],
    [{ component: "VTODO" }, "tasks"],
    [{ component: "VTODO", role: "invite" }, "tasks"],
    [{ component: "VTODO", role: "itip" }, "calendar/itip"],
    [{ component: "VJOURNAL" }, "notes"],
    [{ role: "invite" }, "calendar/invites"],
    [{ role: "itip" }, "calendar/itip"],
  ])("a calendar object %j goes to %s", (facts, folder) => {
    expect(summaryOf({ ...EVENT, ...facts })).toEqual([
      [`${folder}/000007-undated-team-meeting.ics`, "text/calendar; charset=utf-8"],
    ]);
  });

  it("a calendar object names its method, and nothing else that a METHOD line may hold", () => {
    const withMethod = (line: string): CalendarItem => ({
      ...EVENT,
      lines: ["BEGIN:VCALENDAR", line, ...EVENT.lines.slice(1)],
    });
    expect(summaryOf(withMethod("METHOD:request"))[0]?.[1]).toBe("text/calendar; charset=utf-8; method=REQUEST");
    expect(summaryOf(withMethod("METHOD:x; y=z"))[0]?.[1]).toBe("text/calendar; charset=utf-8");
  });

  it("an object without a summary is named after its attachment", () => {
    const named = { ...EVENT, summary: null, origin: { ...ORIGIN, part: "2", name: "../My Invite.ics" } };
    expect(summaryOf(named)[0]?.[0]).toBe("calendar/000007-undated-my-invite.ics");
  });

  it("a converted card comes with its original", async () => {
    expect(summaryOf(CONTACT)).toEqual([["contacts/000007-jörg.vcf", "text/vcard; charset=utf-8"]]);
    const [, original] = writeItem({ ...CONTACT, original: BYTES }, 7);
    expect(original?.path).toBe("contacts/000007-jörg.orig.vcf");
    expect(await collectBytes(original?.content ?? [])).toEqual(BYTES);
  });

  it("texts are valid, and can be read more than once", async () => {
    for (const item of [EVENT, CONTACT]) {
      const [file] = writeItem(item, 7);
      const first = await collectBytes(file?.content ?? []);
      expectValidPim(first);
      expect(await collectBytes(file?.content ?? [])).toEqual(first);
    }
  });
});
