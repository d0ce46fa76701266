import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBlock } from "../../shared/hu01/encode-block.ts";
import { encodePayload } from "../../shared/hu01/encode-payload.ts";
import { plainInputs } from "../support/plain-inputs.ts";
import { decodeBlockSlowly, endsAsWritten } from "../support/reference-decoder.ts";
import { makeMailStream, makeRandomBytes, makeText } from "../support/synthetic-mail.ts";

const LEVELS = ["fast", "default", "best"] as const;
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

describe.each(LEVELS)("level %s", (level) => {
  test("payloads decode to what was encoded, and end with the end symbol and zeros", () => {
    fc.assert(
      fc.property(
        plainInputs(3000).filter((plain) => plain.length > 0),
        (plain) => {
          const payload = encodePayload(plain, level);
          expect(decodeBlockSlowly(payload, plain.length)).toEqual(plain);
          expect(endsAsWritten(payload, plain.length)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ["mail", makeMailStream(1, 65_536)],
    ["65 535 bytes of mail", makeMailStream(2, 65_535)],
    ["equal bytes", new Uint8Array(65_536).fill(120)],
    ["a period of three", latin1("abc".repeat(21_845))],
    ["random bytes", makeRandomBytes(3, 65_536)],
    ["two distant copies", (() => new Uint8Array([...makeRandomBytes(4, 32_768), ...makeRandomBytes(4, 32_768)]))()],
  ])("a full block comes back: %s", (_, plain) => {
    const payload = encodePayload(plain, level);
    expect(decodeBlockSlowly(payload, plain.length)).toEqual(plain);
    expect(endsAsWritten(payload, plain.length)).toBe(true);
  });

  test("the worked examples of [MS-XCA] are met byte for byte", () => {
    const hundred = encodePayload(latin1("abc".repeat(100)), level);
    expect(Buffer.from(hundred.subarray(256)).toString("hex")).toBe("a8dc0000ff2601");
    const alphabet = encodePayload(latin1("abcdefghijklmnopqrstuvwxyz"), level);
    expect(Buffer.from(alphabet.subarray(256)).toString("hex")).toBe("d8523ed794115be9195ff9d67cdf8d0400000000");
  });

  test("65 536 equal bytes become 263", () => {
    expect(encodeBlock(new Uint8Array(65_536), level)).toHaveLength(263);
  });

  test("what does not get smaller is given back for storing", () => {
    for (const plain of [latin1("x"), latin1("short"), makeRandomBytes(5, 4000), makeRandomBytes(6, 65_536)]) {
      expect(encodeBlock(plain, level)).toBe(plain);
    }
  });

  test("a payload is smaller than its block and larger than the 260 bytes that known readers choke on", () => {
    for (let length = 255; length < 330; length++) {
      const plain = new Uint8Array(length).fill(97);
      const payload = encodeBlock(plain, level);
      if (payload === plain) continue;
      expect(payload.length).toBeGreaterThan(260);
      expect(payload.length).toBeLessThan(length);
    }
  });
});

test("each level makes mail smaller than the one below", () => {
  const plain = makeMailStream(7, 65_536);
  const [fast = 0, normal = 0, best = 0] = LEVELS.map((level) => encodeBlock(plain, level).length);
  expect(normal).toBeLessThan(fast);
  expect(best).toBeLessThan(normal);
});

test("encoding one block leaves nothing behind for the next", () => {
  const plain = latin1(makeText(8, 20_000));
  for (const level of LEVELS) {
    const first = encodeBlock(plain, level);
    encodeBlock(makeMailStream(9, 65_536), level);
    expect(encodeBlock(plain, level)).toEqual(first);
  }
});

test("a block that is empty or too large is refused", () => {
  expect(() => encodeBlock(new Uint8Array(0), "default")).toThrow(RangeError);
  expect(() => encodeBlock(new Uint8Array(65_537), "default")).toThrow(RangeError);
});
