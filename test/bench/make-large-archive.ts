import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { parseArgs } from "node:util";
import { makeArchive, makeFileHeader } from "../support/make-archive.ts";
import { makeMailStream, makeMessage } from "../support/synthetic-mail.ts";

/**
 * Writes a large synthetic archive, for measuring memory and speed:
 *
 *   node test/bench/make-large-archive.ts --mib 1024 --kind single FILE     one message of that size
 *   node test/bench/make-large-archive.ts --mib 1024 --kind many FILE       one small message after the other
 *
 * A few hundred blocks are encoded once and repeated, so it takes seconds.
 */
const BLOCK_BYTES = 65_536;
const PATTERN_BLOCKS = 64;

const { values, positionals } = parseArgs({
  options: { mib: { type: "string", default: "1024" }, kind: { type: "string", default: "single" } },
  allowPositionals: true,
});
const [path] = positionals;
const totalBytes = Number(values.mib) * 1024 * 1024;
if (path === undefined || !(totalBytes > 0))
  throw new Error("usage: make-large-archive --mib N --kind single|many FILE");

const file = createWriteStream(path);
for (const piece of values.kind === "many" ? manyMessages(totalBytes) : oneMessage(totalBytes)) {
  if (!file.write(piece)) await once(file, "drain");
}
file.end();
await once(file, "finish");

/** One stream: a first block with a message's headers, then body blocks. */
function* oneMessage(total: number): Generator<Uint8Array> {
  const blocks = Math.max(1, Math.floor(total / BLOCK_BYTES));
  const first = makeMessage({ seed: 1, textBytes: 2 * BLOCK_BYTES }).subarray(0, BLOCK_BYTES);
  const body = makeMailStream(2, PATTERN_BLOCKS * BLOCK_BYTES);
  const encoded = Array.from({ length: PATTERN_BLOCKS }, (_, index) =>
    blockOf(body.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES)),
  );
  yield makeFileHeader(blocks * BLOCK_BYTES);
  yield blockOf(first);
  for (let index = 1; index < blocks; index++) yield encoded[index % PATTERN_BLOCKS] as Uint8Array;
}

/** Many streams of one message each, 3 to 30 KB. */
function* manyMessages(total: number): Generator<Uint8Array> {
  const plain = Array.from({ length: 200 }, (_, index) => makeMessage({ seed: index, textBytes: 3000 + 135 * index }));
  const encoded = plain.map((message) => makeArchive(message));
  for (let bytes = 0, index = 0; bytes < total; index = (index + 1) % encoded.length) {
    yield encoded[index] as Uint8Array;
    bytes += (plain[index] as Uint8Array).length;
  }
}

/** The blocks of an archive without its file header. */
function blockOf(plain: Uint8Array): Uint8Array {
  return makeArchive(plain).subarray(40);
}
