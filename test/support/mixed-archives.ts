import { gzipSync } from "node:zlib";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { makeArchive } from "./make-archive.ts";
import { makeFetchResponse, makeLog, makeMbox, makeTar } from "./make-carriers.ts";
import { makeZip } from "./make-zip.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "./sync-samples.ts";
import { makeCalendar, makeMessage, makeVcard } from "./synthetic-mail.ts";

const WHEN = "<C:StartTime>20110314T090000Z</C:StartTime><C:EndTime>20110314T100000Z</C:EndTime>";

const mail = makeMessage({ seed: 1, subject: "plain", textBytes: 900 });
const invitation = makeMessage({ seed: 2, calendar: makeCalendar(2, "REQUEST"), calendarMethod: "REQUEST" });
const card = makeMessage({ seed: 3, subject: "card", textBytes: 2_000, vcard: makeVcard(3) });
const large = makeMessage({ seed: 4, subject: "large", textBytes: 60_000, calendar: makeCalendar(4) });
const foreign = bytesOf("no stream of any kind ".repeat(9));

const packed = (plain: Uint8Array) => makeArchive(plain, { blockBytes: 1_500, stored: true });
/** A block in the middle does not prove itself. */
const damaged = (plain: Uint8Array) => packed(plain).with(900, 0x55).with(901, 0xaa);

/** The first of two Sync responses of one mailbox: folders, mail, an object that the other changes. */
const firstSync = syncXml(
  [
    collection("Folder", null, command("Add", "2", "<F:DisplayName>Work</F:DisplayName>")),
    collection("Email", "1", command("Add", "1:1", mimeData(shortMime("synchronised")))),
    collection("Calendar", "2", command("Add", "2:1", `<C:UID>u1</C:UID>${WHEN}<C:Subject>Old</C:Subject>`)),
    collection("Contacts", "6", ["Ada", "Eve"].map((name) => contact(name)).join("")),
  ].join(""),
);
const secondSync = syncXml(
  [
    collection("Calendar", "2", command("Change", "2:1", "<C:Subject>New</C:Subject>") + command("Delete", "2:9")),
    collection("Calendar", "2", command("Add", "2:3", "<C:UID>u3</C:UID><C:StartTime>never</C:StartTime>")),
    collection("Contacts", "6", contact("Zoe")),
  ].join(""),
);

function contact(name: string): string {
  return command("Add", `6:${name}`, `<P:FirstName>${name}</P:FirstName>`);
}

const streams = [mail, invitation, card].map(packed);
const mixed = [...streams, foreign, damaged(large), packed(large), damaged(mail), ...streams];
const members = (parts: readonly Uint8Array[]) => parts.map((content, index) => ({ name: `part-${index}`, content }));
const tar = makeTar([
  ...members([mail, packed(invitation), foreign, concatBytes(streams).slice(), packed(bytesOf(makeVcard(5)))]),
  { name: "inner.tar", content: makeTar(members([card, packed(large), bytesOf(makeCalendar(6)), mail])) },
  { name: "a.mbox", content: makeMbox([mail, card]) },
  { name: "broken.gz", content: new Uint8Array(gzipSync(large)).subarray(0, 900).slice() },
  { name: "a.log", content: makeLog(streams.map((stream, index) => ({ id: `${index}`, stream }))) },
  { name: "last.eml", content: invitation },
]);
const zip = makeZip([
  { name: "tar.tar", content: tar },
  { name: "large.hu01", content: damaged(large) },
  { name: "inner.zip", content: makeZip(members([card, packed(invitation), foreign])) },
  { name: "last.eml", content: mail },
]);
const sync = [packed(mail), packed(bytesOf(firstSync)), packed(card), packed(bytesOf(secondSync)), packed(invitation)];

/** Archives with every kind of item, carrier and payload, between them; some of their streams are damaged. */
export const MIXED_ARCHIVES: Readonly<Record<string, Uint8Array>> = {
  "one stream": packed(large),
  "streams with damage and foreign bytes": concatBytes(mixed).slice(),
  "a first stream of which nothing is left": concatBytes([packed(mail).fill(0x55, 60), ...streams]).slice(),
  "Sync payloads among streams": concatBytes(sync).slice(),
  "Sync XML that was never compressed": bytesOf(firstSync),
  "a message": large,
  "a calendar of several objects": bytesOf([1, 2, 3].map((seed) => makeCalendar(seed)).join("\r\n")),
  "contacts of one file": bytesOf([1, 2, 3].map((seed) => makeVcard(seed)).join("\r\n")),
  "a tar with all else in it": tar,
  "a tar in gzip": new Uint8Array(gzipSync(tar)),
  "a ZIP with all that in it": zip,
  "an mbox": makeMbox([mail, invitation, card, mail]),
  "a Fetch response": makeFetchResponse(streams.map((stream, index) => ({ serverId: `s${index}`, stream }))),
  "a tar of Sync payloads": makeTar(members([...sync, mail])),
};
