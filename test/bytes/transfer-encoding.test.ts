import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { createTransferDecoder, decodeBase64, decodeQuotedPrintable } from "../../shared/bytes/transfer-encoding.ts";
import { processorMillis } from "../support/processor-time.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function decodeInPieces(encoding: string, bytes: Uint8Array, size: number): Uint8Array {
  const decoder = createTransferDecoder(encoding);
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(decoder.write(bytes.subarray(at, at + size)).slice());
  return concatBytes([...out, decoder.end()]);
}

describe("base64", () => {
  it("is what Node.js encodes, in lines, in pieces of any size", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 90 }), (bytes, size) => {
        const lines = Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
        expect(Buffer.compare(decodeInPieces("base64", encode(lines), size), bytes)).toBe(0);
      }),
    );
  });

  it.each([
    ["aGk", "hi"],
    ["aGk=aGk=", "hihi"],
    ["a*G-k =\r\n", "hi"],
    ["", ""],
    ["a", ""],
  ])("%j is %j", (text, decoded) => {
    expect(decodeText(decodeBase64(encode(text)))).toBe(decoded);
  });
});

describe("quoted-printable", () => {
  it.each([
    ["a=20=\r\nb", "a b"],
    ["a=\nb", "ab"],
    ["a= \t\r\nb", "ab"],
    ["a \t\r\nb ", "a\r\nb"],
    ["a b", "a b"],
    ["=c3=A9", "é"],
    ["=", ""],
    ["1=2=ZZ=", "1=2=ZZ"],
    ["=3", "=3"],
    ["==41", "=A"],
  ])("%j is %j", (text, decoded) => {
    expect(decodeText(decodeQuotedPrintable(encode(text)))).toBe(decoded);
  });

  it("does not depend on the size of the pieces", () => {
    const unit = fc.constantFrom("=", "4", "1", "\r", "\n", " ", "\t", "x", "=41", "=\r\n", " ".repeat(1500));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const bytes = encode(pieces.join(""));
        const whole = decodeQuotedPrintable(bytes);
        expect(decodeText(decodeInPieces("quoted-printable", bytes, size))).toBe(decodeText(whole));
      }),
    );
  });

  it("takes time that grows with the length only", () => {
    const started = processorMillis();
    decodeQuotedPrintable(encode(" ".repeat(2_000_000)));
    decodeQuotedPrintable(encode(`=${" ".repeat(2000)}`.repeat(1000)));
    expect(processorMillis() - started).toBeLessThan(2000);
  });
});
