import { describe, expect, it } from "vitest";
import { createHandler } from "../../functions/convert/handler.ts";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { Faults } from "../support/faults.ts";
import { createFaultyObjectStore } from "../support/faulty-object-store.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeBatch, makeBody, makeRecord, timeLeft } from "../support/queue-batch.ts";
import { openWorkplace } from "../support/workplace.ts";
import { withSlicedReads } from "../support/wrap-object-store.ts";

/** Words that stand nowhere else; whatever carries one of them has told what it must not. */
const CANARIES = [
  "subjectcanary",
  "bodycanary",
  "addresscanary",
  "namecanary",
  "partcanary",
  "cardcanary",
  "eventcanary",
];

const MESSAGE = [
  "From: addresscanary@example.org",
  "Subject: subjectcanary",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "",
  "bodycanary",
  "--b",
  'Content-Type: text/vcard; name="partcanary.vcf"',
  "",
  "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:cardcanary\r\nEND:VCARD",
  "--b",
  'Content-Type: text/calendar; name="partcanary.ics"',
  "",
  "BEGIN:VCALENDAR\r\nSUMMARY:eventcanary\r\nBROKEN eventcanary",
  "--b--",
  "",
].join("\r\n");

describe("the log", () => {
  it.each(["good", "damaged", "not an archive", "unreadable source", "unwritable results"])(
    "tells nothing of a person's mail or file names: %s",
    async (kind) => {
      const place = await openWorkplace();
      const archive = makeArchive(Buffer.from(MESSAGE), { blockBytes: 150, stored: true });
      if (kind === "damaged") archive[300] = (archive[300] ?? 0) ^ 0xff;
      const content =
        kind === "not an archive" ? Buffer.from(`namecanary ${MESSAGE.slice(30)}\0\0`) : concatBytes([archive]);
      const facts = await place.sources.write("inbox/namecanary addresscanary@example.org.hu01", [content]);
      const lasting = { lasting: true };
      const reads = kind === "unreadable source" ? { reads: new Faults(2, lasting) } : {};
      const writes = kind === "unwritable results" ? { writes: new Faults(2, lasting) } : {};
      const sources = createFaultyObjectStore(place.sources, reads);
      const results = createFaultyObjectStore(place.results, writes);
      await createHandler({ ...place, sources, results })(makeBatch(makeBody(makeRecord(facts)), MESSAGE), timeLeft());
      expect(place.lines.length).toBeGreaterThan(2);
      const told = place.lines.join("\n").toLowerCase();
      expect(CANARIES.filter((canary) => told.includes(canary))).toEqual([]);
      const [job] = (await place.jobs.list({ owner: "anna", limit: 1 })).jobs;
      const error = JSON.stringify(job?.error).toLowerCase();
      expect(CANARIES.filter((canary) => error.includes(canary))).toEqual([]);
    },
  );

  it("tells the class and the place of an unforeseen error, not its words", async () => {
    const place = await openWorkplace();
    const facts = await place.sources.write("a.hu01", [makeArchive(Buffer.from(MESSAGE))]);
    const sources = withSlicedReads(place.sources, async () => {
      throw new TypeError("cannot read bodycanary");
    });
    await createHandler({ ...place, sources })(makeBatch(makeBody(makeRecord(facts))), timeLeft());
    const [job] = (await place.jobs.list({ owner: "anna", limit: 1 })).jobs;
    expect(job).toMatchObject({ status: "failed", error: { code: "jobs/internal" } });
    const told = place.lines.join("\n") + JSON.stringify(job);
    expect(told).toContain('"name":"TypeError","place":"at ');
    expect(told).not.toContain("canary");
  });
});
