import { expect, test } from "vitest";
import { encodePayload } from "../../shared/hu01/encode-payload.ts";
import { decodeBlockSlowly } from "../support/reference-decoder.ts";

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** A payload as [MS-XCA] prints it: the pieces of the table that are not zero, by offset, and what follows. */
function payloadOf(table: Record<number, string>, data: string): Uint8Array {
  const payload = Buffer.alloc(256 + data.length / 2);
  for (const [offset, bytes] of Object.entries(table)) payload.write(bytes, Number(offset), "hex");
  payload.write(data, 256, "hex");
  return new Uint8Array(payload);
}

test("the alphabet of [MS-XCA] is encoded and decoded byte for byte", () => {
  const plain = latin1("abcdefghijklmnopqrstuvwxyz");
  const payload = payloadOf(
    { 48: `50${"55".repeat(10)}454404`, 128: "04" },
    "d8523ed794115be9195ff9d67cdf8d0400000000",
  );
  expect(payload).toHaveLength(276);
  expect(encodePayload(plain, "default")).toEqual(payload);
  expect(decodeBlockSlowly(payload, 26)).toEqual(plain);
});

test("a hundred abc of [MS-XCA] is encoded and decoded byte for byte", () => {
  const plain = latin1("abc".repeat(100));
  const payload = encodePayload(plain, "default");
  expect(Buffer.from(payload.subarray(256)).toString("hex")).toBe("a8dc0000ff2601");
  expect(decodeBlockSlowly(payload, 300)).toEqual(plain);
});

test("the reference decoder refuses what the format does not allow", () => {
  const good = encodePayload(latin1("abc".repeat(100)), "default");
  expect(() => decodeBlockSlowly(good.subarray(0, 259), 300)).toThrow("shorter");
  expect(() => decodeBlockSlowly(good.with(0, 1), 300)).toThrow("complete code");
  expect(() => decodeBlockSlowly(good.subarray(0, good.length - 1), 300)).toThrow("ends early");
  expect(() => decodeBlockSlowly(good, 299)).toThrow("past the block's end");
});
