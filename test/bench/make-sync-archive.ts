import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { parseArgs } from "node:util";
import { makeArchive, makeFileHeader } from "../support/make-archive.ts";
import { bytesOf, command, mimeData, shortMime } from "../support/sync-samples.ts";

/**
 * Writes a large synthetic Sync response, for measuring memory and speed:
 *
 *   node test/bench/make-sync-archive.ts --items 200000 FILE.xml      as plain XML
 *   node test/bench/make-sync-archive.ts --items 200000 FILE.hu01     as one HU01 stream
 *
 * Half of it is mail; the rest are events, contacts, tasks and notes. Every hundredth item is changed later on, every
 * thousandth deleted.
 */
const BLOCK_BYTES = 65_536;
const { values, positionals } = parseArgs({
  options: { items: { type: "string", default: "200000" } },
  allowPositionals: true,
});
const [path] = positionals;
const count = Number(values.items);
if (path === undefined || !(count > 0)) throw new Error("usage: make-sync-archive --items N FILE.xml|FILE.hu01");

const file = createWriteStream(path);
if (path.endsWith(".hu01")) {
  let total = 0;
  for (const block of blocks()) total += block.length;
  file.write(makeFileHeader(total));
  for (const block of blocks()) await put(makeArchive(block).subarray(40));
} else {
  for (const block of blocks()) await put(block);
}
file.end();
await once(file, "finish");

async function put(bytes: Uint8Array): Promise<void> {
  if (!file.write(bytes)) await once(file, "drain");
}

function* blocks(): Generator<Uint8Array> {
  let text = "";
  for (const piece of pieces()) {
    text += piece;
    // All of it is ASCII, so characters are bytes.
    for (; text.length >= BLOCK_BYTES; text = text.slice(BLOCK_BYTES)) yield bytesOf(text.slice(0, BLOCK_BYTES));
  }
  if (text !== "") yield bytesOf(text);
}

function* pieces(): Generator<string> {
  yield '<?xml version="1.0" encoding="utf-8"?><Sync xmlns="AirSync:" xmlns:H="HMMAIL:" xmlns:C="Calendar:" ';
  yield 'xmlns:P="Contacts:" xmlns:T="Tasks:" xmlns:N="Notes:" xmlns:B="AirSyncBase:"><Status>1</Status><Collections>';
  yield "<Collection><SyncKey>1</SyncKey><CollectionId>1</CollectionId><Status>1</Status><Commands>";
  for (let index = 0; index < count; index += 1) yield command("Add", `1:${index}`, dataOf(index));
  for (let index = 0; index < count; index += 100) {
    yield index % 1000 === 0
      ? command("Delete", `1:${index}`)
      : command("Change", `1:${index}`, "<H:ReplyToOrForwardState>1</H:ReplyToOrForwardState>");
  }
  yield "</Commands></Collection></Collections></Sync>";
}

function dataOf(index: number): string {
  const name = `Item ${index} of the large response`;
  const body = `<B:Body><B:Type>1</B:Type><B:Data>${"Words that fill a body. ".repeat(20)}</B:Data></B:Body>`;
  switch (index % 8) {
    case 1:
      return `<C:UID>u${index}</C:UID><C:DtStamp>20110301T080000Z</C:DtStamp><C:StartTime>20110314T090000Z</C:StartTime><C:EndTime>20110314T100000Z</C:EndTime><C:Subject>${name}</C:Subject>${body}`;
    case 3:
      return `<P:FirstName>Ada</P:FirstName><P:LastName>Number${index}</P:LastName><P:Email1Address>a${index}@x.org</P:Email1Address>${body}`;
    case 5:
      return `<T:Subject>${name}</T:Subject><T:Complete>0</T:Complete>${body}`;
    case 7:
      return `<N:Subject>${name}</N:Subject>${body}`;
    default:
      return mimeData(`${shortMime(name)}${"A line of text in a mail.\n".repeat(40)}`, "<H:Size>1</H:Size>");
  }
}
