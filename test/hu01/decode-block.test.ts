import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../shared/bytes/crc32.ts";
import { decodeBlock } from "../../shared/hu01/decode-block.ts";
import { makePayload } from "../support/make-archive.ts";
import { decodeBlockSlowly } from "../support/reference-decoder.ts";
import { makeRandomBytes, makeText } from "../support/synthetic-mail.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The worked examples of [MS-XCA]: code lengths by offset in the table, then the data. */
function vector(lengths: Record<number, string>, data: string): Uint8Array {
  const payload = new Uint8Array(256 + data.length / 2);
  for (const [offset, hex] of Object.entries(lengths)) payload.set(Buffer.from(hex, "hex"), Number(offset));
  payload.set(Buffer.from(data, "hex"), 256);
  return payload;
}

describe("decodeBlock", () => {
  it("decodes the alphabet of [MS-XCA]", () => {
    const plain = bytesOf("abcdefghijklmnopqrstuvwxyz");
    const payload = vector({ 48: `50${"55".repeat(10)}454404`, 128: "04" }, "d8523ed794115be9195ff9d67cdf8d0400000000");
    expect(payload).toHaveLength(276);
    const block = decodeBlock(payload, plain.length, crc32(plain));
    expect(block).toEqual({ bytes: plain, stored: false, verified: true, consumed: 276 });
  });

  it("decodes a match whose length takes the u16 form, as in [MS-XCA]", () => {
    const plain = bytesOf("abc".repeat(100));
    const payload = vector({ 48: "3023", 128: "02", 143: "20" }, "a8dc0000ff2601");
    const block = decodeBlock(payload, plain.length, crc32(plain));
    expect(block.bytes).toEqual(plain);
  });

  it("takes symbol 256 as a match wherever output is still missing", () => {
    // Codes of one bit: literal "a" = 0, symbol 256 = 1. Bits: a, then 256 five times.
    const payload = vector({ 48: "10", 128: "01" }, "007c00000000");
    const plain = bytesOf("a".repeat(16));
    expect(decodeBlock(payload, 16, crc32(plain)).bytes).toEqual(plain);
  });

  it("decides between stored and coded by the CRC-32 when both sizes are equal", () => {
    const plain = makeRandomBytes(1, 3000);
    expect(decodeBlock(plain, 3000, crc32(plain))).toMatchObject({ stored: true, verified: true });
    const text = bytesOf(makeText(2, 4000));
    const payload = makePayload(text);
    const padded = new Uint8Array(text.length);
    padded.set(payload);
    expect(decodeBlock(padded, text.length, crc32(text))).toMatchObject({ stored: false, bytes: text });
  });

  it("says when no CRC-32 proves the bytes, and then asks for an exact end", () => {
    const text = bytesOf(makeText(3, 2000));
    const payload = makePayload(text);
    expect(decodeBlock(payload, text.length, 0)).toMatchObject({ verified: false, bytes: text });
    const longer = new Uint8Array(payload.length + 2);
    longer.set(payload);
    expect(() => decodeBlock(longer, text.length, 0)).toThrow(
      expect.objectContaining({ code: "hu01/block-data-invalid" }),
    );
  });

  it.each([
    ["over-subscribed", { 0: "1111" }, "hu01/block-table-invalid"],
    ["incomplete", { 0: "12" }, "hu01/block-table-invalid"],
    ["empty", {}, "hu01/block-table-invalid"],
    ["a match before the output", { 48: "10", 136: "01" }, "hu01/block-data-invalid"],
  ])("rejects code lengths that are %s", (_name, lengths, code) => {
    const payload = vector(lengths as Record<number, string>, "ffffffff0000");
    expect(() => decodeBlock(payload, 100, 1)).toThrow(expect.objectContaining({ code }));
  });

  it("rejects a match past the end of the block and data that ends early", () => {
    const text = bytesOf(makeText(4, 3000));
    const payload = makePayload(text);
    for (const [data, size] of [
      [payload, text.length + 500],
      [payload.subarray(0, 300), text.length],
      [payload.subarray(0, 259), text.length],
    ] as const) {
      expect(() => decodeBlock(data, size, 1)).toThrow(expect.objectContaining({ code: "hu01/block-data-invalid" }));
    }
  });

  it("agrees with the slow decoder on damaged payloads, byte for byte or in refusing them", () => {
    const text = bytesOf(makeText(5, 1500));
    const payload = makePayload(text);
    const damage = fc.record({ at: fc.nat(payload.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (hits) => {
        const damaged = payload.slice();
        for (const { at, mask } of hits) damaged[at] = (damaged[at] as number) ^ mask;
        const slow = attempt(() => decodeBlockSlowly(damaged, text.length));
        const fast = attempt(() => decodeBlock(damaged, text.length, slow === null ? 1 : crc32(slow)).bytes);
        if (fast === null) refused++;
        expect(fast).toEqual(slow);
      }),
      { numRuns: 3000, seed: 1 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

function attempt(decode: () => Uint8Array): Uint8Array | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
