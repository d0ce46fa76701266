import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makePayload } from "../support/make-archive.ts";
import { decodeBlockSlowly, endsAsWritten } from "../support/reference-decoder.ts";

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** The worked examples of [MS-XCA]: table entries that are not zero, then the data after the table. */
const alphabet = {
  plain: latin1("abcdefghijklmnopqrstuvwxyz"),
  payload: payloadOf(
    { 48: "50555555555555555555554544 04".replace(" ", ""), 128: "04" },
    "d8523ed794115be9195ff9d67cdf8d0400000000",
  ),
};

function payloadOf(table: Record<number, string>, data: string): Uint8Array {
  const payload = Buffer.alloc(256 + data.length / 2);
  for (const [offset, bytes] of Object.entries(table)) payload.write(bytes, Number(offset), "hex");
  payload.write(data, 256, "hex");
  return new Uint8Array(payload);
}

test("the alphabet of [MS-XCA] is encoded and decoded byte for byte", () => {
  expect(makePayload(alphabet.plain)).toEqual(alphabet.payload);
  expect(decodeBlockSlowly(alphabet.payload, 26)).toEqual(alphabet.plain);
});

test("a hundred abc of [MS-XCA] is encoded and decoded byte for byte", () => {
  const plain = latin1("abc".repeat(100));
  const payload = makePayload(plain);
  expect(Buffer.from(payload.subarray(256)).toString("hex")).toBe("a8dc0000ff2601");
  expect(decodeBlockSlowly(payload, 300)).toEqual(plain);
});

test("payloads come back through the reference decoder and end in zeros", () => {
  const text = fc
    .array(fc.constantFrom("From: ", "a", "b", "\r\n", "Subject"), { maxLength: 2000 })
    .map((p) => latin1(p.join("")));
  const plains = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4000 }),
    text.filter((t) => t.length > 0),
  );
  fc.assert(
    fc.property(plains, (plain) => {
      const payload = makePayload(plain);
      expect(decodeBlockSlowly(payload, plain.length)).toEqual(plain);
      expect(endsAsWritten(payload, plain.length)).toBe(true);
    }),
  );
});
