import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePayload } from "../../shared/hu01/encode-payload.ts";
import { createEncoderKernel } from "../../shared/hu01/encoder-kernel.ts";
import { plainInputs } from "../support/plain-inputs.ts";
import { makeMailStream, makeRandomBytes } from "../support/synthetic-mail.ts";

describe.each(["fast", "default", "best"] as const)("level %s", (level) => {
  const encode = createEncoderKernel();
  if (encode === null) throw new Error("no WebAssembly here");

  test("kernel and TypeScript give the same bytes", () => {
    fc.assert(
      fc.property(
        plainInputs(8000).filter((plain) => plain.length > 0),
        (plain) => {
          expect(Buffer.compare(encode(plain, level), encodePayload(plain, level))).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["mail", makeMailStream(21, 65_536)],
    ["equal bytes", new Uint8Array(65_536).fill(7)],
    ["random bytes", makeRandomBytes(22, 65_536)],
    ["bytes of two values", makeRandomBytes(23, 65_536).map((byte) => byte & 1)],
    ["a short period", Uint8Array.from({ length: 65_535 }, (_, at) => at % 251)],
  ])("also for a full block: %s", (_, plain) => {
    expect(Buffer.compare(encode(plain, level), encodePayload(plain, level))).toBe(0);
  });

  test("what a block leaves in the kernel's memory does not show in the next", () => {
    const plain = makeMailStream(24, 5000);
    const first = encode(plain, level);
    encode(new Uint8Array(65_536).fill(255), level);
    expect(encode(plain, level)).toEqual(first);
  });
});
