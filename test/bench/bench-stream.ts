import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, gzipSync } from "node:zlib";
import { createDecoderPool } from "../../functions/decoder-pool/decoder-pool.ts";
import { openArchiveFile } from "../../functions/local/archive-file.ts";
import { writeWholeFile } from "../../functions/local/write-whole-file.ts";
import { type ByteSource, collectBytes } from "../../shared/bytes/byte-source.ts";
import type { BlockDecoder } from "../../shared/hu01/decode-ahead.ts";
import { decodeArchive } from "../../shared/hu01/decode-archive.ts";
import { encodeArchive } from "../../shared/hu01/encode-archive.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { ITEM_ID, sum } from "./bench-encode.ts";
import { interleave, ratio } from "./interleave.ts";

/** Reading and writing go on while a block is decoded, for both sides of the comparison. */
const CHUNKS = { highWaterMark: 1024 ** 2 };

export interface ParallelResult {
  readonly mbps: number;
  readonly vsOneThread: number;
  readonly cores: number;
}

export interface PipelineResult {
  readonly mbps: number;
  /** File to file, by what the same decoder does from memory to nowhere. */
  readonly vsPure: number;
  readonly vsGunzipStream: number;
}

/** A large archive, decoded in order: by one thread from memory, by a pool, from file to file, beside gunzip. */
export async function benchStreams(
  files: readonly Uint8Array[],
  repeat: number,
  rounds: number,
): Promise<{ decodeParallel: ParallelResult; pipeline: PipelineResult }> {
  const plain = Array.from({ length: repeat }, () => files).flat();
  const bytes = sum(plain.map((file) => file.length));
  const archive = await collectBytes(encodeArchive(plain, { itemId: ITEM_ID }));
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const [source, gzip, target] = ["in.hu01", "in.gz", "out"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await using pool = createDecoderPool();
  try {
    await writeFile(source, archive);
    await writeFile(gzip, gzipSync(Buffer.concat(plain)));
    const mbps = await interleave(bytes, rounds, {
      pure: () => drain(segments([archive])),
      pool: () => drain(segments([archive], pool)),
      file: () => decodeFile(source, target),
      gunzip: () => pipeline(createReadStream(gzip, CHUNKS), createGunzip(), createWriteStream(target, CHUNKS)),
    });
    return {
      decodeParallel: { mbps: mbps.pool, vsOneThread: ratio(mbps.pool, mbps.pure), cores: availableParallelism() },
      pipeline: {
        mbps: mbps.file,
        vsPure: ratio(mbps.file, mbps.pure),
        vsGunzipStream: ratio(mbps.file, mbps.gunzip),
      },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As `hu01 decode -o` does it, on one thread. */
async function decodeFile(source: string, target: string): Promise<void> {
  await writeWholeFile(target, async (write) => {
    for await (const bytes of segments(openArchiveFile(source).bytes)) await write(bytes);
  });
}

async function* segments(source: ByteSource, blockDecoder?: BlockDecoder): AsyncGenerator<Uint8Array> {
  for await (const event of decodeArchive(source, { limits: DEFAULT_LIMITS, carve: false, blockDecoder })) {
    if (event.kind === "bytes") yield event.bytes;
  }
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of chunks) if (chunk.length === 0) throw new Error("an empty chunk");
}
