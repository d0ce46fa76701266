import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePayload, INVALID, type PayloadDecoder, TABLE_INVALID } from "../../shared/hu01/decode-payload.ts";
import { createDecoderKernel } from "../../shared/hu01/decoder-kernel.ts";
import { makePayload } from "../support/make-archive.ts";
import { plainInputs } from "../support/plain-inputs.ts";
import { decodeBlockSlowly } from "../support/reference-decoder.ts";
import { makeMailStream, makeRandomBytes } from "../support/synthetic-mail.ts";

let fallbacks = 0;
const kernel = createDecoderKernel((payload, size) => {
  fallbacks++;
  return decodePayload(payload, size);
});
if (kernel === null) throw new Error("no WebAssembly here");

/** Compares as bytes: generic comparing of large arrays takes most of a test's time. */
function expectSame(decoded: ReturnType<PayloadDecoder>, expected: ReturnType<PayloadDecoder>): void {
  if (typeof decoded === "string" || typeof expected === "string") expect(decoded).toBe(expected);
  else {
    expect(Buffer.compare(decoded.bytes, expected.bytes)).toBe(0);
    expect(decoded.consumed).toBe(expected.consumed);
  }
}

/** What the slow decoder makes of a payload, or null. */
function slowly(payload: Uint8Array, size: number): Uint8Array | null {
  try {
    return decodeBlockSlowly(payload, size);
  } catch {
    return null;
  }
}

describe("the decoder kernel", () => {
  it("decodes what encoders make, as the plain TypeScript does, without its help", () => {
    fallbacks = 0;
    fc.assert(
      fc.property(
        plainInputs(20_000).filter((plain) => plain.length > 0),
        (plain) => {
          const payload = makePayload(plain);
          const decoded = kernel(payload, plain.length);
          expectSame(decoded, { bytes: plain, consumed: payload.length });
          expectSame(decoded, decodePayload(payload, plain.length));
        },
      ),
      { numRuns: 500 },
    );
    expect(fallbacks).toBe(0);
  });

  it.each([
    ["mail", makeMailStream(1, 65_536)],
    ["mail of the widest narrow table", makeMailStream(2, 9000)],
    ["equal bytes", new Uint8Array(65_536).fill(7)],
    ["random bytes", makeRandomBytes(3, 65_536)],
    ["bytes of two values", makeRandomBytes(4, 65_536).map((byte) => byte & 1)],
    ["periods shorter than a copy", Uint8Array.from({ length: 65_536 }, (_, at) => at % (1 + (at >> 12)))],
  ])("decodes full blocks: %s", (_name, plain) => {
    const payload = makePayload(plain);
    expectSame(kernel(payload, plain.length), { bytes: plain, consumed: payload.length });
  });

  it("agrees with both other decoders on damaged payloads, in bytes and in refusing them", () => {
    const originals = [300, 2000, 12_000, 65_536].map((size, seed) => {
      const plain = makeMailStream(seed, size);
      return { payload: makePayload(plain), size };
    });
    const hits = fc.array(fc.record({ at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    const seen = { good: 0, invalid: 0, tableInvalid: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        hits,
        fc.integer({ min: -3, max: 3 }),
        ({ payload, size }, damage, more) => {
          const damaged = payload.slice();
          for (const { at, mask } of damage)
            damaged[at % damaged.length] = (damaged[at % damaged.length] as number) ^ mask;
          const decoded = kernel(damaged, size + more);
          expectSame(decoded, decodePayload(damaged, size + more));
          if (decoded === INVALID) seen.invalid++;
          else if (decoded === TABLE_INVALID) seen.tableInvalid++;
          else seen.good++;
          const bytes = typeof decoded === "string" ? null : decoded.bytes;
          if (size <= 2000) expect(bytes).toEqual(slowly(damaged, size + more));
        },
      ),
      { numRuns: 3000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
  });

  it("agrees on how much of a payload is used when its end is cut off, and when less output is wanted", () => {
    const originals = [300, 2000, 12_000].map((size, seed) => {
      const plain = makeMailStream(seed, size);
      return { payload: makePayload(plain), size };
    });
    for (const { payload, size } of originals) {
      for (let cut = 0; cut < 8; cut++) {
        for (let less = 0; less < 40; less++) {
          const shorter = payload.subarray(0, payload.length - cut);
          expectSame(kernel(shorter, size - less), decodePayload(shorter, size - less));
        }
      }
    }
  });

  it("agrees on payloads that no encoder would make: random data behind a random complete code", () => {
    fallbacks = 0;
    const lengthRow = fc.array(fc.nat(511), { minLength: 2, maxLength: 300 });
    fc.assert(
      fc.property(
        lengthRow,
        fc.uint8Array({ minLength: 8, maxLength: 600 }),
        fc.integer({ min: 1, max: 3000 }),
        (splits, data, size) => {
          const payload = new Uint8Array(256 + data.length);
          completeLengths(splits).forEach((length, symbol) => {
            payload[symbol >> 1] = (payload[symbol >> 1] as number) | (length << (4 * (symbol & 1)));
          });
          payload.set(data, 256);
          const decoded = kernel(payload, size);
          expect(decoded).not.toBe(TABLE_INVALID);
          expectSame(decoded, decodePayload(payload, size));
          expect(typeof decoded === "string" ? null : decoded.bytes).toEqual(slowly(payload, size));
        },
      ),
      { numRuns: 4000 },
    );
    expect(fallbacks).toBe(0);
  });

  it("leaves nothing of a block behind for the next one", () => {
    const plain = makeMailStream(5, 3000);
    const payload = makePayload(plain);
    kernel(makePayload(makeRandomBytes(6, 65_536)), 65_536);
    expectSame(kernel(payload, 3000), { bytes: plain, consumed: payload.length });
  });

  it("leaves what is larger than its memory to the fallback", () => {
    fallbacks = 0;
    const plain = makeMailStream(7, 65_536);
    const payload = makePayload(plain);
    expect(kernel(payload, 200_000)).toBe(INVALID);
    expect(fallbacks).toBe(1);
  });
});

/** Code lengths of a complete code: starting from one symbol, each number splits the code of an earlier one. */
function completeLengths(splits: readonly number[]): number[] {
  const lengths = new Array<number>(512).fill(0);
  const used = [(splits[0] as number) & 511];
  lengths[used[0] as number] = 0;
  for (const split of splits) {
    const symbol = (split * 167 + used.length * 31) & 511;
    const parent = used[split % used.length] as number;
    if (used.includes(symbol) || (lengths[parent] as number) >= 15) continue;
    lengths[parent] = (lengths[parent] as number) + 1;
    lengths[symbol] = lengths[parent] as number;
    used.push(symbol);
  }
  if (used.length === 1) return completeLengths([1, 2, 3, 4, 5, 6, 7]);
  return lengths;
}
