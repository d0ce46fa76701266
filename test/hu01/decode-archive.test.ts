import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { isArchive } from "../../shared/hu01/decode-archive.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { blockOffsets, decodeAll, recovered } from "../support/decode-all.ts";
import { makeArchive, makeBlock, makeFileHeader } from "../support/make-archive.ts";
import { makeMailStream, makeRandomBytes } from "../support/synthetic-mail.ts";

const plain = makeMailStream(7, 150_000);
const archive = makeArchive(plain, { itemId: "01234567-89ab-4cde-8f01-23456789abcd", puid: 0x0003bffd_aabbccddn });
const corpus = process.env.HU01_CORPUS ?? "";

describe("decodeArchive", () => {
  it("gives the header's facts, every block and every byte", async () => {
    const decoded = await decodeAll(archive);
    expect(recovered(decoded)).toEqual(plain);
    expect(decoded.starts).toMatchObject([
      { index: 0, archiveOffset: 0, gaps: [], declaredBytes: plain.length, decodedBytes: plain.length },
    ]);
    expect(decoded.starts[0]?.header).toEqual({
      headerBytes: 40,
      itemId: "01234567-89ab-4cde-8f01-23456789abcd",
      puid: 0x0003bffd_aabbccddn,
      declaredBytes: plain.length,
    });
    expect(decoded.blocks.map((block) => block.decompressedBytes)).toEqual([65_536, 65_536, 150_000 - 131_072]);
    expect(decoded.blocks.map((block) => block.archiveOffset)).toEqual(blockOffsets(archive).slice(0, 3));
    expect(decoded.ends).toMatchObject([{ archiveLength: archive.length, missingBytes: 0, excessBytes: 0 }]);
  });

  it.each([1, 2, 3, 7, 64, 511, 4096, 65_536])(
    "gives the same whether it is fed %i bytes at a time or all at once",
    async (chunkBytes) => {
      const small = makeArchive(plain.subarray(0, 70_000));
      expect(await decodeAll(small, { chunkBytes })).toEqual(await decodeAll(small));
    },
  );

  it("decodes stored blocks of any size, and blocks of other sizes than Microsoft's", async () => {
    const random = makeRandomBytes(3, 131_072);
    for (const options of [
      { stored: true },
      { stored: true, blockBytes: 56 },
      { blockBytes: 4096 },
      { blockBytes: 131_072, stored: true },
    ]) {
      const input = options.blockBytes === 56 ? random.subarray(0, 3000) : random;
      expect(recovered(await decodeAll(makeArchive(input, options)))).toEqual(input);
    }
  });

  it.each([36, 40, 41, 64, 65_536])("accepts a file header of %i bytes", async (headerBytes) => {
    const decoded = await decodeAll(makeArchive(plain.subarray(0, 5000), { headerBytes }));
    expect(recovered(decoded)).toEqual(plain.subarray(0, 5000));
    expect(decoded.gaps).toEqual([]);
  });

  it("passes over block headers longer than 20 bytes", async () => {
    const [at = 0] = blockOffsets(archive);
    const longer = concatBytes([archive.subarray(0, at + 20), new Uint8Array(12), archive.subarray(at + 20)]);
    longer[at + 4] = 32;
    expect(recovered(await decodeAll(longer))).toEqual(plain);
  });

  it("gives nothing for an empty stream, and no gap", async () => {
    const decoded = await decodeAll(makeArchive(new Uint8Array(0)));
    expect(decoded).toMatchObject({ good: [], gaps: [], foreign: [], ends: [{ declaredBytes: 0 }] });
  });

  it("goes on with the streams that follow, with and without bytes between them", async () => {
    const parts = [plain.subarray(0, 3000), new Uint8Array(0), plain.subarray(3000, 80_000)] as const;
    const glued = concatBytes([
      makeArchive(parts[0]),
      makeArchive(parts[1]),
      new Uint8Array([0x0a]),
      makeArchive(parts[2]),
      new Uint8Array([0x0a]),
    ]);
    const decoded = await decodeAll(glued);
    expect(recovered(decoded)).toEqual(plain.subarray(0, 80_000));
    expect(decoded.ends.map((end) => end.decodedBytes)).toEqual([3000, 0, 77_000]);
    expect(decoded.foreign.map((foreign) => foreign.length)).toEqual([1, 1]);
    expect(decoded.gaps).toEqual([]);
  });

  it("reports blocks without a CRC-32 as unverified", async () => {
    const decoded = await decodeAll(makeArchive(plain, { crc: "zero" }));
    expect(recovered(decoded)).toEqual(plain);
    expect(decoded.blocks.map((block) => block.verified)).toEqual([false, false, false]);
  });

  it("carves streams out of foreign bytes only when asked to", async () => {
    const noise = makeRandomBytes(5, 100_000);
    const buried = concatBytes([noise, archive, noise.subarray(0, 333), archive.subarray(40)]);
    await expect(decodeAll(buried)).rejects.toMatchObject({ code: "hu01/not-an-archive" });
    const decoded = await decodeAll(buried, { carve: true });
    expect(recovered(decoded)).toEqual(concatBytes([plain, plain]));
    expect(decoded.foreign.map((foreign) => foreign.length)).toEqual([100_000, 333]);
    expect(decoded.starts.map((start) => start.header?.itemId ?? null)).toEqual([
      "01234567-89ab-4cde-8f01-23456789abcd",
      null,
    ]);
    expect(decoded.gaps).toMatchObject([{ code: "hu01/file-header-invalid", missingBytes: 0, exact: false }]);
  });

  it.each([
    ["nothing", new Uint8Array(0)],
    ["text", new TextEncoder().encode("HU00 is not it")],
    ["a JPEG", new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70])],
  ])("refuses %s, carving or not", async (_name, bytes) => {
    for (const carve of [false, true]) {
      await expect(decodeAll(bytes, { carve })).rejects.toMatchObject({ code: "hu01/not-an-archive" });
    }
  });

  it("stops at the output limit, counted over all streams", async () => {
    const two = concatBytes([makeArchive(plain.subarray(0, 60_000)), makeArchive(plain.subarray(0, 60_000))]);
    await expect(decodeAll(two, { limits: { maxOutputBytes: 119_999 } })).rejects.toMatchObject({
      code: "hu01/output-too-large",
      details: { outputBytes: 120_000, limitBytes: 119_999 },
    });
    expect(recovered(await decodeAll(two, { limits: { maxOutputBytes: 120_000 } }))).toHaveLength(120_000);
  });

  it("allocates nothing for a block that announces too much", async () => {
    const greedy = concatBytes([makeFileHeader(0xffffffff), makeBlock(plain.subarray(0, 10), new Uint8Array(400))]);
    new DataView(greedy.buffer).setUint32(48, 0xfffffff0, true);
    const decoded = await decodeAll(greedy);
    expect(decoded).toMatchObject({ good: [], gaps: [{ code: "hu01/block-too-large", missingBytes: 0xffffffff }] });
  });
});

describe("isArchive", () => {
  it("knows an archive by either of its first two magics", () => {
    const front = archive.slice(0, 60);
    expect(isArchive(front, DEFAULT_LIMITS)).toBe(true);
    expect(isArchive(front.with(0, 0), DEFAULT_LIMITS)).toBe(true);
    expect(isArchive(front.with(40, 0), DEFAULT_LIMITS)).toBe(true);
    expect(isArchive(front.with(0, 0).with(40, 0), DEFAULT_LIMITS)).toBe(false);
    expect(isArchive(front.subarray(40), DEFAULT_LIMITS)).toBe(true);
  });
});

describe.runIf(existsSync(corpus))("the real captures", () => {
  const names = existsSync(corpus) ? readdirSync(corpus).filter((name) => name.endsWith(".hu01")) : [];
  it.each(names)("%s decodes to its plain file, byte for byte", async (name) => {
    const decoded = await decodeAll(readFileSync(join(corpus, name)));
    const expected = readFileSync(join(corpus, name.replace(/hu01$/, "plain")));
    expect(Buffer.compare(recovered(decoded), expected)).toBe(0);
    expect(decoded.gaps).toEqual([]);
    expect(decoded.blocks.every((block) => block.verified && !block.repaired)).toBe(true);
  });
});
