import * as fc from "fast-check";
import { expect, test } from "vitest";
import { assignCodeLengths } from "../../shared/hu01/code-lengths.ts";

function codeLengths(frequencies: readonly number[], maxBits?: number): number[] {
  const padded = new Uint32Array(512);
  padded.set(frequencies);
  const lengths = new Uint8Array(512);
  assignCodeLengths(padded, lengths, maxBits);
  return [...lengths];
}

const kraftSum = (lengths: readonly number[]) => lengths.reduce((sum, l) => sum + (l === 0 ? 0 : 2 ** -l), 0);
const cost = (frequencies: readonly number[], lengths: readonly number[]) =>
  frequencies.reduce((sum, frequency, symbol) => sum + frequency * (lengths[symbol] ?? 0), 0);

/** The least cost of any complete code: tries every multiset of lengths, the short ones for the frequent symbols. */
function leastCost(frequencies: readonly number[], maxBits: number): number {
  const descending = [...frequencies].sort((a, b) => b - a);
  const unit = 2 ** maxBits;
  const search = (index: number, minLength: number, room: number): number => {
    if (index === descending.length) return room === 0 ? 0 : Number.POSITIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    for (let length = minLength; length <= maxBits; length++) {
      const taken = unit / 2 ** length;
      if (taken > room) continue;
      least = Math.min(least, (descending[index] ?? 0) * length + search(index + 1, length, room - taken));
    }
    return least;
  };
  return search(0, 1, unit);
}

test("lengths cost as little as the best of all complete codes under the limit", () => {
  const small = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 7 });
  fc.assert(
    fc.property(small, fc.integer({ min: 3, max: 5 }), (frequencies, maxBits) => {
      const lengths = codeLengths(frequencies, maxBits);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(maxBits);
      expect(kraftSum(lengths)).toBe(1);
      expect(cost(frequencies, lengths)).toBe(leastCost(frequencies, maxBits));
    }),
  );
});

test("the limit of fifteen bits binds for Fibonacci frequencies, whose Huffman code is as deep as it can be", () => {
  const frequencies = [1, 1];
  while (frequencies.length < 22) frequencies.push((frequencies.at(-1) ?? 0) + (frequencies.at(-2) ?? 0));
  const lengths = codeLengths(frequencies);
  expect(Math.max(...lengths)).toBe(15);
  expect(kraftSum(lengths)).toBe(1);
});

test("all 512 symbols get a complete code of at most fifteen bits, whatever their frequencies", () => {
  const frequency = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 65_537 }));
  fc.assert(
    fc.property(fc.array(frequency, { minLength: 512, maxLength: 512 }), (frequencies) => {
      const lengths = codeLengths(frequencies);
      expect(Math.min(...lengths)).toBeGreaterThan(0);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(15);
      expect(kraftSum(lengths)).toBe(1);
    }),
  );
});

test("a more frequent symbol never has a longer code, and equal frequencies are settled by the symbol", () => {
  expect(codeLengths([1, 1, 1]).slice(0, 3)).toEqual([2, 2, 1]);
  expect(codeLengths([8, 4, 2, 1, 1]).slice(0, 5)).toEqual([1, 2, 3, 4, 4]);
});

test("a single symbol, and none at all, still give a complete code", () => {
  expect(kraftSum(codeLengths([0, 0, 7]))).toBe(1);
  expect(codeLengths([0, 0, 7])[2]).toBe(1);
  expect(kraftSum(codeLengths([9]))).toBe(1);
  expect(kraftSum(codeLengths([]))).toBe(1);
});
