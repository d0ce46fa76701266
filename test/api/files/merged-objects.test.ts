import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { expectValidPim } from "../../support/pim-oracles.ts";
import { bytesOf, collection, command, syncXml } from "../../support/sync-samples.ts";
import { makeCalendar, makeMessage, makeVcard } from "../../support/synthetic-mail.ts";
import { BLOBS } from "../../support/time-zone-blobs.ts";
import { addConvertedJob } from "../converted-job.ts";
import { createTestService, type TestService } from "../test-service.ts";

const event = (id: string, blob: string) =>
  command(
    "Add",
    id,
    `<C:UID>${id}</C:UID><C:DtStamp>20110301T080000Z</C:DtStamp><C:TimeZone>${blob}</C:TimeZone>` +
      `<C:StartTime>20110314T090000Z</C:StartTime><C:EndTime>20110314T100000Z</C:EndTime><C:Subject>${id}</C:Subject>` +
      "<C:Recurrence><C:Type>1</C:Type><C:Occurrences>2</C:Occurrences></C:Recurrence>",
  );
const contact = (id: string) => command("Add", id, `<P:FirstName>${id}</P:FirstName>`);

const SYNC = bytesOf(
  syncXml(
    collection("Calendar", "c1", event("a", BLOBS.PST) + event("b", BLOBS.PST)) +
      collection("Calendar", "c2", event("c", BLOBS.PST)) +
      collection("Contacts", "6", contact("Ada") + contact("Eve")),
  ),
);
const MAIL = [
  makeMessage({ seed: 2, subject: "invited", calendar: makeCalendar(2, "REQUEST"), calendarMethod: "REQUEST" }),
  makeMessage({ seed: 3, subject: "declined", calendar: makeCalendar(3, "REPLY"), calendarMethod: "REPLY" }),
  makeMessage({ seed: 4, subject: "a card", vcard: makeVcard(4) }),
];

const download = async ({ app }: TestService, name: string) => {
  const response = await app.request(`/v1/jobs/job-1/${name}`);
  expect(response.status, await response.clone().text()).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
};
const countOf = (text: string, line: string) => text.split("\r\n").filter((each) => each === line).length;

describe("GET /v1/jobs/{id}/calendar.ics", () => {
  it("is one calendar of all objects, with each zone once", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", SYNC);
    const bytes = await download(service, "calendar.ics");
    expectValidPim(bytes);
    const text = Buffer.from(bytes).toString();
    expect([...text.matchAll(/^UID:(.*)\r$/gm)].map(([, uid]) => uid)).toEqual(["a", "b", "c"]);
    expect(["BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "END:VCALENDAR"].map((line) => countOf(text, line))).toEqual([
      1, 1, 1,
    ]);
  });

  it("has invitations, but no answers to them, and no METHOD", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", concatBytes(MAIL.map((message) => makeArchive(message))));
    const bytes = await download(service, "calendar.ics");
    expectValidPim(bytes);
    const text = Buffer.from(bytes).toString();
    expect([countOf(text, "BEGIN:VEVENT"), text.includes("METHOD:")]).toEqual([1, false]);
  });

  it("cannot be made of files that are in a ZIP, and says so", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", SYNC, { pack: "zip" });
    for (const name of ["calendar.ics", "contacts.vcf"]) {
      const response = await service.app.request(`/v1/jobs/job-1/${name}`);
      expect([response.status, await response.json()]).toMatchObject([409, { code: "api/result-packed" }]);
    }
  });
});

describe("GET /v1/jobs/{id}/contacts.vcf", () => {
  it("has every card once", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", SYNC);
    const bytes = await download(service, "contacts.vcf");
    expectValidPim(bytes);
    const text = Buffer.from(bytes).toString();
    expect([...text.matchAll(/^FN:(.*)\r$/gm)].map(([, name]) => name)).toEqual(["Ada", "Eve"]);
  });

  it("has cards of messages, and not the originals of converted ones", async () => {
    await using service = await createTestService();
    await addConvertedJob(service, "job-1", makeArchive(MAIL[2] ?? new Uint8Array(0)));
    await service.deps.results.write("job-1/contacts/000009-old.orig.vcf", [Buffer.from("BEGIN:VCARD\r\n")]);
    const bytes = await download(service, "contacts.vcf");
    expectValidPim(bytes);
    expect(countOf(Buffer.from(bytes).toString(), "BEGIN:VCARD")).toBe(1);
  });
});
