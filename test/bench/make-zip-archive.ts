import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { parseArgs } from "node:util";
import ZipStream from "zip-stream";
import { makeArchive } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";

/**
 * Writes a ZIP of many small HU01 files, for measuring memory and speed:
 *
 *   node test/bench/make-zip-archive.ts --files 100000 FILE.zip
 *
 * Every file holds another message of 1 to 4 KB. Each tenth is stored, the others are deflated.
 */
const { values, positionals } = parseArgs({
  options: { files: { type: "string", default: "100000" } },
  allowPositionals: true,
});
const [path] = positionals;
const count = Number(values.files);
if (path === undefined || !(count > 0)) throw new Error("usage: make-zip-archive --files N FILE.zip");

const zip = new ZipStream();
const file = zip.pipe(createWriteStream(path));
for (let index = 0; index < count; index += 1) {
  const message = makeMessage({ seed: index, subject: `Message ${index}`, textBytes: 1000 + (index % 3000) });
  const facts = { name: `mail/${index % 100}/${index}.hu01`, date: new Date(0), mode: 0o644, store: index % 10 === 0 };
  await put(Buffer.from(makeArchive(message)), facts);
}
zip.finish();
await once(file, "finish");

function put(bytes: Buffer, facts: Parameters<ZipStream["entry"]>[1]): Promise<void> {
  return new Promise((resolve, reject) => {
    zip.entry(bytes, facts, (error) => (error ? reject(error) : resolve()));
  });
}
