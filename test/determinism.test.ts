import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { convertInProcess, type Surroundings } from "./support/convert-in-process.ts";
import { makeArchive } from "./support/make-archive.ts";
import { makeFetchResponse, makeLog, makeMbox, makeTar } from "./support/make-carriers.ts";
import { makeZip } from "./support/make-zip.ts";
import { base64Lines, calendar, event, message, multipart, part } from "./support/mime-samples.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "./support/sync-samples.ts";
import { makeCalendar, makeMessage, makeVcard } from "./support/synthetic-mail.ts";
import { BLOBS } from "./support/time-zone-blobs.ts";
import { makeTnef } from "./support/tnef-samples.ts";

const TIMES = "<C:StartTime>20110326T223000Z</C:StartTime><C:EndTime>20110326T233000Z</C:EndTime>";
const sync = bytesOf(
  syncXml(
    collection("Folder", null, command("Add", "2", "<F:DisplayName>ISTANBUL iıIİ</F:DisplayName>")) +
      collection(
        "Calendar",
        "2",
        Object.values(BLOBS)
          .map((blob, index) =>
            command(
              "Add",
              `2:${index}`,
              `<C:TimeZone>${blob}</C:TimeZone>${TIMES}<C:Subject>TITLE ${index}</C:Subject>`,
            ),
          )
          .join("") +
          command("Add", "2:x", `${TIMES}<C:AllDayEvent>1</C:AllDayEvent>`) +
          command("Change", "2:1", "<C:Location>L</C:Location>") +
          command("Delete", "2:2") +
          command("Add", "2:bad", "<C:StartTime>garbage</C:StartTime>"),
      ) +
      collection(
        "Contacts",
        "6",
        command("Add", "6:1", "<P:FirstName>İpek</P:FirstName><P:Birthday>1980-05-01T11:59:00.000Z</P:Birthday>"),
      ) +
      collection(
        "Tasks",
        "7",
        command("Add", "7:1", "<T:Subject>T</T:Subject><T:StartDate>2011-03-14T00:00:00.000Z</T:StartDate>"),
      ) +
      collection("Notes", "8", command("Add", "8:1", "<N:Subject>N</N:Subject>")) +
      collection(
        "Email",
        "5",
        command("Add", "5:1", mimeData(shortMime("M"))) + command("Add", "5:2", "<E:Subject>x</E:Subject>"),
      ),
  ),
);
const tnef = makeTnef("IPM.Note", [{ shortName: "i.ics", data: bytesOf(calendar(event("tnef"))) }]);
const mail = bytesOf(
  message(
    ['Content-Type: multipart/mixed; boundary="=_outer"', "Date: Sun, 27 Mar 2011 02:30:00 +0100"],
    multipart([
      part(["Content-Type: text/calendar; method=REQUEST"], makeCalendar(1, "REQUEST")),
      part(["Content-Type: text/vcard"], makeVcard(2)),
      part(["Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64"], base64Lines(tnef)),
    ]),
  ),
);
const stream = (seed: number) => makeArchive(makeMessage({ seed, subject: `stream ${seed}` }));
const damaged = stream(9).fill(0xaa, 100, 140);

const har = {
  log: {
    entries: [{ response: { content: { encoding: "base64", text: Buffer.from(stream(10)).toString("base64") } } }],
  },
};
const http = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${stream(11).length}\r\n\r\n`),
  stream(11),
]);

/** One of each kind of payload in one of each kind of carrier. */
const archive = makeTar([
  { name: "two.hu01", content: Buffer.concat([makeArchive(mail, { blockBytes: 900 }), stream(1)]) },
  { name: "sync.hu01", content: makeArchive(sync, { blockBytes: 5_000 }) },
  { name: "damaged.hu01", content: damaged },
  {
    name: "fetch.bin",
    content: makeFetchResponse([
      { serverId: "s", stream: stream(2) },
      { serverId: "t", status: 4403 },
    ]),
  },
  { name: "delta.log", content: makeLog([{ id: "m", stream: stream(3) }]) },
  { name: "all.mbox", content: makeMbox([makeMessage({ seed: 4 }), makeMessage({ seed: 5 })]) },
  { name: "all.zip", content: makeZip([{ name: "in/m.hu01", content: stream(6) }]) },
  { name: "inner.tar.gz", content: gzipSync(makeTar([{ name: "plain.eml", content: mail }])) },
  { name: "all.har", content: bytesOf(JSON.stringify(har)) },
  { name: "answer.http", content: http },
  { name: "a.ics", content: bytesOf(makeCalendar(7)) },
  { name: "a.vcf", content: bytesOf(makeVcard(8)) },
  { name: "sync.xml", content: sync },
  { name: "unknown", content: Uint8Array.of(1, 2, 3) },
]);

const SURROUNDINGS: readonly Surroundings[] = [
  { env: { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" }, writeConcurrency: 1, threads: 1 },
  { env: { TZ: "America/St_Johns", LC_ALL: "C", LANG: "C" }, writeConcurrency: 32, threads: 2 },
];

it.each(["files", "zip", "mbox", "maildir"])(
  "T-DET-01: gives the same bytes in every zone and language, with any number of writes and threads (%s)",
  async (pack) => {
    const [here, there] = await Promise.all(
      SURROUNDINGS.map((surroundings) => convertInProcess(archive, { ...surroundings, options: { pack } })),
    );
    expect(here?.status).toBe("succeeded_with_errors");
    expect(here?.report.items.byKind).toMatchObject({ mail: expect.any(Number), contact: expect.any(Number) });
    expect(Object.keys(here?.files ?? {}).length).toBeGreaterThan(pack === "files" ? 30 : 3);
    expect(there?.files).toEqual(here?.files);
  },
);
