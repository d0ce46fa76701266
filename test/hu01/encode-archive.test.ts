import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { type EncodeSource, encodeArchive } from "../../shared/hu01/encode-archive.ts";
import type { Level } from "../../shared/hu01/level.ts";
import { plainInputs } from "../support/plain-inputs.ts";
import { readArchiveSlowly } from "../support/reference-archive.ts";
import { makeMailStream, makeRandomBytes } from "../support/synthetic-mail.ts";

const itemId = "00112233-4455-6677-8899-aabbccddeeff";
const LEVELS = ["fast", "default", "best"] as const;

const encode = (plain: Uint8Array, level: Level = "default") => collectBytes(encodeArchive([plain], { itemId, level }));

function chunked(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

describe.each(LEVELS)("level %s", (level) => {
  test.each([0, 1, 2, 65_535, 65_536, 65_537, 200_000])("%i bytes of mail come back", async (length) => {
    const plain = makeMailStream(length, length);
    const archive = readArchiveSlowly(await encode(plain, level));
    expect(Buffer.compare(archive.plain, plain)).toBe(0);
    expect(archive.blocks.slice(0, -1).every((block) => block.plain.length === 65_536)).toBe(true);
  });

  test("whatever goes in comes back", async () => {
    await fc.assert(
      fc.asyncProperty(plainInputs(20_000), async (plain) => {
        expect(Buffer.compare(readArchiveSlowly(await encode(plain, level)).plain, plain)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

test("several megabytes come back", { timeout: 60_000 }, async () => {
  const plain = makeMailStream(11, 3 * 1024 ** 2 + 17);
  expect(Buffer.compare(readArchiveSlowly(await encode(plain)).plain, plain)).toBe(0);
});

test("the file header has 40 bytes: magic, size, GUID in Microsoft order, owner zero, total, zeros", async () => {
  const header = (await encode(new Uint8Array(3))).subarray(0, 40);
  expect(Buffer.from(header).toString("hex")).toBe(
    `4855303128000000${"3322110055447766"}${"8899aabbccddeeff"}0000000000000000${"03000000"}00000000`,
  );
});

test("the owner is written only when it is given", async () => {
  const archive = await collectBytes(encodeArchive([], { itemId, puid: 0x0102030405060708n }));
  expect(Buffer.from(archive.subarray(24, 32)).toString("hex")).toBe("0807060504030201");
});

test("an item id may stand in braces and in capitals", async () => {
  const plainly = await collectBytes(encodeArchive([], { itemId }));
  expect(await collectBytes(encodeArchive([], { itemId: `{${itemId.toUpperCase()}}` }))).toEqual(plainly);
});

test("an empty input is a header alone", async () => {
  expect(await encode(new Uint8Array(0))).toHaveLength(40);
});

test("incompressible ranges are stored in pieces of at most 2047 bytes, and only those ranges", async () => {
  const plain = new Uint8Array([
    ...makeMailStream(12, 65_536),
    ...makeRandomBytes(13, 65_536),
    ...makeMailStream(14, 9000),
  ]);
  const { blocks } = readArchiveSlowly(await encode(plain));
  expect(blocks.map((block) => block.stored)).toEqual([false, ...Array(33).fill(true), false]);
  expect(Math.max(...blocks.filter((block) => block.stored).map((block) => block.payloadBytes))).toBe(2047);
});

test("the archive does not depend on how the input is cut into chunks, nor on where the size comes from", async () => {
  const plain = makeMailStream(15, 140_000);
  const whole = await encode(plain);
  for (const size of [997, 65_536, 70_000])
    expect(await collectBytes(encodeArchive(chunked(plain, size), { itemId }))).toEqual(whole);
  async function* stream() {
    yield* chunked(plain, 5000);
  }
  expect(await collectBytes(encodeArchive(stream(), { itemId, size: plain.length }))).toEqual(whole);
  expect(await collectBytes(encodeArchive(stream, { itemId }))).toEqual(whole);
});

describe("errors", () => {
  const failing = (source: EncodeSource, options: { itemId?: string; size?: number } = {}) =>
    collectBytes(encodeArchive(source, { itemId, ...options }));
  async function* oneByte() {
    yield new Uint8Array(1);
  }

  test("a stream of unknown size is refused before anything is written", async () => {
    await expect(encodeArchive(oneByte(), { itemId }).next()).rejects.toMatchObject({ code: "hu01/size-unknown" });
  });

  test("a source that gives more or less than announced is refused", async () => {
    const details = { code: "hu01/size-mismatch" };
    await expect(failing([new Uint8Array(5)], { size: 4 })).rejects.toMatchObject({
      ...details,
      details: { totalBytes: 4, readBytes: 5 },
    });
    await expect(failing([new Uint8Array(5)], { size: 6 })).rejects.toMatchObject(details);
    await expect(failing([new Uint8Array(65_536)], { size: 65_537 })).rejects.toMatchObject(details);
    await expect(failing([new Uint8Array(65_537)], { size: 65_536 })).rejects.toMatchObject(details);
    await expect(failing([], { size: 1 })).rejects.toMatchObject(details);
  });

  test("a source that changes between its two readings is refused", async () => {
    let size = 10;
    await expect(failing(() => [new Uint8Array(size++)])).rejects.toMatchObject({ code: "hu01/size-mismatch" });
  });

  test("4 GiB is refused, one byte less is not", async () => {
    const first = (size: number) => encodeArchive(oneByte(), { itemId, size }).next();
    await expect(first(2 ** 32)).rejects.toMatchObject({ code: "hu01/input-too-large" });
    expect((await first(2 ** 32 - 1)).value).toHaveLength(40);
  });

  test.each(["", "00112233", `${itemId}0`, itemId.replace("a", "g")])("%j is refused as item id", async (text) => {
    await expect(failing([], { itemId: text })).rejects.toMatchObject({ code: "hu01/item-id-invalid" });
  });

  test("the source is closed when the consumer stops early", async () => {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(65_536);
      } finally {
        closed = true;
      }
    }
    for await (const chunk of encodeArchive(endless(), { itemId, size: 2 ** 30 })) if (chunk.length !== 40) break;
    expect(closed).toBe(true);
  });
});

const corpus = process.env.HU01_CORPUS;

describe.skipIf(corpus === undefined)("beside Microsoft's encoder, on the captures in HU01_CORPUS", () => {
  const sizes = async (level: Level) => {
    const names = readdirSync(corpus ?? "")
      .filter((name) => name.endsWith(".plain"))
      .sort();
    return Promise.all(
      names.map(async (name) => {
        const path = join(corpus ?? "", name);
        const plain = new Uint8Array(readFileSync(path));
        const archive = await encode(plain, level);
        // Not toEqual: a failure must not print a line of anybody's mail.
        expect(Buffer.compare(readArchiveSlowly(archive).plain, plain)).toBe(0);
        return { ours: archive.length - 40, theirs: statSync(path.replace(/plain$/, "hu01")).size - 40 };
      }),
    );
  };
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const ratio = (pairs: { ours: number; theirs: number }[]) =>
    sum(pairs.map((p) => p.ours)) / sum(pairs.map((p) => p.theirs));

  test("default is smaller on every file, and at most 96.3 % in total", async () => {
    const pairs = await sizes("default");
    for (const { ours, theirs } of pairs) expect(ours).toBeLessThan(theirs);
    expect(ratio(pairs)).toBeLessThanOrEqual(0.963);
  });

  test("best is at most 94.5 % in total", async () => {
    expect(ratio(await sizes("best"))).toBeLessThanOrEqual(0.945);
  });
});
