import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createDecoderPool } from "../../functions/decoder-pool/decoder-pool.ts";
import { type ByteSource, concatBytes } from "../../shared/bytes/byte-source.ts";
import type { ArchiveEvent } from "../../shared/hu01/archive-event.ts";
import type { BlockDecoder } from "../../shared/hu01/decode-ahead.ts";
import { decodeArchive } from "../../shared/hu01/decode-archive.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { blockOffsets, chunksOf } from "../support/decode-all.ts";
import { makeArchive, makeFileHeader } from "../support/make-archive.ts";
import { makeMailStream, makeRandomBytes } from "../support/synthetic-mail.ts";

const pool = createDecoderPool({ threads: 2, minOutputBytes: 0 });
afterAll(() => pool[Symbol.asyncDispose]());

const plain = makeMailStream(5, 1_500_000);
const full = makeArchive(plain);
const small = makeArchive(plain.subarray(0, 200_000), { blockBytes: 900 });
const offsets = blockOffsets(full);
const third = offsets[3] as number;
const fourth = offsets[4] as number;

/** Archives of every shape. */
const ARCHIVES: Readonly<Record<string, Uint8Array>> = {
  "full blocks": full,
  "blocks of 900 bytes": small,
  "blocks of one byte": makeArchive(plain.subarray(0, 3000), { blockBytes: 1 }),
  "stored blocks": makeArchive(makeRandomBytes(1, 300_000)),
  "full stored blocks": makeArchive(plain, { stored: true }),
  "the largest blocks": makeArchive(plain, { stored: true, blockBytes: 131_072 }),
  "no checksums": makeArchive(plain, { crc: "zero" }),
  "a large file header": makeArchive(plain, { headerBytes: 3000 }),
  "streams one behind the other": concatBytes([full, small, makeFileHeader(0), full]),
  "many small streams": concatBytes(
    Array.from({ length: 300 }, (_, index) => makeArchive(plain.subarray(index * 4000, index * 4000 + 3000 + index))),
  ),
  "foreign bytes between streams": concatBytes([full, plain.subarray(0, 5000), small]),
  "foreign bytes at the end": concatBytes([full, new Uint8Array([10])]),
  "a damaged block": full.with(third + 1000, 0),
  "a damaged block header": full.with(third + 9, 0xff),
  "a payload size that is too large": full.with(third + 17, ((full[third + 17] as number) + 1) & 0xff),
  "a lost block": concatBytes([full.subarray(0, third), full.subarray(fourth)]),
  "an archive cut off in a block": full.subarray(0, third + 5000),
  "an archive cut off between blocks": full.subarray(0, third),
  "a lost file header": full.subarray(40),
  "a total that is too small": concatBytes([makeFileHeader(1_000_000), full.subarray(40)]),
  "a total that is a lie": concatBytes([makeFileHeader(0xffff_ffff), full.subarray(40)]),
  "nothing but a file header": makeFileHeader(0),
};

/** All that decoding tells, a failure too. Chunks are overwritten once they are noted, since they are ours. */
async function tell(source: ByteSource, blockDecoder?: BlockDecoder): Promise<unknown[]> {
  const told: unknown[] = [];
  try {
    for await (const event of decodeArchive(source, { limits: DEFAULT_LIMITS, carve: true, blockDecoder })) {
      told.push(note(event));
    }
  } catch (error) {
    told.push(String(error));
  }
  return told;
}

function note(event: ArchiveEvent): unknown {
  if (event.kind !== "bytes") return event;
  const text = Buffer.from(event.bytes).toString("latin1");
  event.bytes.fill(0);
  return { ...event, bytes: text };
}

/** A block decoder that counts what comes of another one. */
function counting(decoder: BlockDecoder) {
  const counts = { decoded: 0, refused: 0 };
  const decode: BlockDecoder["decode"] = async (batch) => {
    const decoded = await decoder.decode(batch);
    const take = (index: number) => {
      const block = decoded.take(index);
      counts[block === null ? "refused" : "decoded"]++;
      return block;
    };
    return { take, release: () => decoded.release() };
  };
  return { counts, decoder: { maxBatches: decoder.maxBatches, minOutputBytes: 0, decode } };
}

const open = (archive: Uint8Array, chunkBytes = 4096) => chunksOf(archive, chunkBytes);

describe("decoding on several threads", () => {
  it.each(Object.entries(ARCHIVES))("tells the same as on one: %s", async (_name, archive) => {
    const told = await tell(open(archive), pool);
    expect(told).toEqual(await tell(open(archive)));
  });

  it.each([1, 7, 511, 65_536, full.length])("tells the same in chunks of %d bytes", async (chunkBytes) => {
    const archive = chunkBytes < 100 ? small : full;
    expect(await tell(open(archive, chunkBytes), pool)).toEqual(await tell([archive]));
  });

  it("tells the same of any damage", async () => {
    const archive = concatBytes([small.subarray(0, 60_000), full.subarray(0, 300_000), small]);
    const byte = fc.tuple(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }));
    const inserted = fc.tuple(fc.nat(archive.length - 1), fc.uint8Array({ maxLength: 300 }), fc.nat(2000));
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 5 }), inserted, async (flips, [at, added, taken]) => {
        const flipped = Uint8Array.from(archive);
        for (const [offset, mask] of flips) flipped[offset] = (flipped[offset] as number) ^ mask;
        const damaged = concatBytes([flipped.subarray(0, at), added, flipped.subarray(at + taken)]);
        expect(await tell(open(damaged), pool)).toEqual(await tell(open(damaged)));
      }),
      { numRuns: 60 },
    );
  });

  it("leaves nothing but damaged blocks to the calling thread", async () => {
    const { counts, decoder } = counting(pool);
    await tell(open(concatBytes([full, small, full.with(third + 1000, 0)])), decoder);
    const blocks = 2 * (offsets.length - 1) + blockOffsets(small).length - 1;
    expect(counts).toEqual({ decoded: blocks - 1, refused: 1 });
  });

  it("leaves small archives to the calling thread", async () => {
    const { counts, decoder } = counting(pool);
    await tell(open(full), { ...decoder, minOutputBytes: plain.length + 1 });
    expect(counts).toEqual({ decoded: 0, refused: 0 });
  });

  it("has no more batches under way than allowed", async () => {
    let [underWay, most] = [0, 0];
    const decode: BlockDecoder["decode"] = async (batch) => {
      most = Math.max(most, ++underWay);
      const decoded = await pool.decode(batch);
      underWay--;
      return decoded;
    };
    await tell(open(full), { maxBatches: 3, minOutputBytes: 0, decode });
    expect(most).toBe(3);
  });

  it("gives all that came before a source failed, then its error", async () => {
    const failing = (): ByteSource => failAfter(full.subarray(0, (offsets[20] as number) + 10));
    const told = await tell(failing(), pool);
    expect(told).toEqual(await tell(failing()));
    expect(told.at(-1)).toBe("Error: the disk is gone");
    expect(told).toHaveLength(1 + 2 * 20 + 1);
  });

  it("can be left at any time", async () => {
    for await (const event of decodeArchive([full], { limits: DEFAULT_LIMITS, carve: false, blockDecoder: pool })) {
      if (event.kind === "block") break;
    }
    expect(await tell([full], pool)).toEqual(await tell([full]));
  });
});

async function* failAfter(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* chunksOf(bytes, 10_000);
  throw new Error("the disk is gone");
}

/** Programs of threads that do not do their work. */
const BAD_PROGRAMS = {
  "does not exist": new URL("./none.ts", import.meta.url),
  "fails at once": program("throw new Error('no')"),
  "ends at once": program("process.exit(3)"),
  "fails at the first batch": program(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('no'); });",
  ),
  "never answers": program("import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => 0);"),
  "never ends": program("for (;;);"),
  "ends at the first batch": program(
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(0));",
  ),
};

function program(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

describe("a pool of threads that fail", () => {
  it.each(Object.entries(BAD_PROGRAMS))("loses nothing when its program %s", async (_name, bad) => {
    await using failing = createDecoderPool({ threads: 2, minOutputBytes: 0, program: bad, patienceMillis: 200 });
    const expected = await tell([full]);
    expect(await tell([full], failing)).toEqual(expected);
    expect(await tell([full], failing)).toEqual(expected);
  });

  it("loses nothing when it is disposed of under way", async () => {
    const closing = createDecoderPool({ threads: 2, minOutputBytes: 0 });
    const telling = tell(open(full), closing);
    await closing[Symbol.asyncDispose]();
    expect(await telling).toEqual(await tell([full]));
    await closing[Symbol.asyncDispose]();
  });

  it("has no threads when one is asked for", async () => {
    await using alone = createDecoderPool({ threads: 1, minOutputBytes: 0 });
    expect(alone.minOutputBytes).toBe(Number.POSITIVE_INFINITY);
    expect(await tell([full], alone)).toEqual(await tell([full]));
  });
});
