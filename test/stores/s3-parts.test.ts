import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutIntoParts, type Part, partBytes } from "../../functions/stores/s3-parts.ts";
import { pattern, sliced } from "../support/object-store-probe.ts";

const MEBIBYTE = 1024 ** 2;

describe("partBytes", () => {
  it("begins with what S3 takes at least, and doubles after every 2 000 parts", () => {
    const sizes = [1, 2_000, 2_001, 4_000, 4_001, 6_001, 8_001, 10_000].map((number) => partBytes(number) / MEBIBYTE);
    expect(sizes).toEqual([5, 5, 10, 10, 20, 40, 80, 80]);
  });

  it("makes 302 GiB of the 10 000 parts that S3 takes, and refuses another", () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1);
    const total = numbers.reduce((sum, number) => sum + partBytes(number), 0);
    expect(Math.floor(total / 1024 ** 3)).toBe(302);
    expect(() => partBytes(10_001)).toThrow(expect.objectContaining({ code: "stores/object-too-large" }));
  });
});

describe("cutIntoParts", () => {
  async function cut(content: Iterable<Uint8Array>): Promise<Part[]> {
    const parts: Part[] = [];
    for await (const part of cutIntoParts(content)) parts.push(part);
    return parts;
  }

  it.each([
    [0, [0]],
    [1, [1]],
    [5 * MEBIBYTE - 1, [5 * MEBIBYTE - 1]],
    [5 * MEBIBYTE, [5 * MEBIBYTE]],
    [5 * MEBIBYTE + 1, [5 * MEBIBYTE, 1]],
    [10 * MEBIBYTE, [5 * MEBIBYTE, 5 * MEBIBYTE]],
    [12 * MEBIBYTE, [5 * MEBIBYTE, 5 * MEBIBYTE, 2 * MEBIBYTE]],
  ])("makes of %d bytes the parts %j", async (length, sizes) => {
    const parts = await cut([pattern(length)]);
    expect(parts.map(({ bytes }) => bytes.length)).toEqual(sizes);
    expect(parts.map(({ number }) => number)).toEqual(sizes.map((_, index) => index + 1));
    expect(parts.map(({ isLast }) => isLast)).toEqual(sizes.map((_, index) => index === sizes.length - 1));
  });

  it("keeps every byte in its place, however the source is sliced", async () => {
    const whole = pattern(11 * MEBIBYTE);
    const slices = fc.array(fc.integer({ min: 1, max: 3 * MEBIBYTE }), { minLength: 1, maxLength: 5 });
    const length = fc.integer({ min: 0, max: whole.length });
    await fc.assert(
      fc.asyncProperty(length, slices, async (bytes, sizes) => {
        const roomy = sizes.map((size) => size + 50_000);
        const parts = await cut(sliced(whole.subarray(0, bytes), roomy));
        expect(Buffer.compare(Buffer.concat(parts.map((part) => part.bytes)), whole.subarray(0, bytes))).toBe(0);
        expect(parts.slice(0, -1).every((part) => part.bytes.length === 5 * MEBIBYTE && !part.isLast)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
