import { expect, test } from "vitest";
import { decodePayload } from "../../shared/hu01/decode-payload.ts";
import { createDecoderKernel } from "../../shared/hu01/decoder-kernel.ts";
import { createEncoderKernel } from "../../shared/hu01/encoder-kernel.ts";
import { TEXTURES } from "../support/plain-inputs.ts";
import { decodeBlockSlowly, endsAsWritten } from "../support/reference-decoder.ts";
import { createRandom } from "../support/synthetic-mail.ts";

const INPUTS = 100_000;
const LEVELS = ["fast", "default", "best"] as const;
/** The reference decoder is slow; it sees one input in so many. */
const SEEN_BY_REFERENCE = 101;

/** Mostly a few hundred bytes; one in two hundred is up to a whole block. */
function lengthOf(seed: number): number {
  const random = createRandom(seed);
  return 1 + (random(200) === 0 ? random(65_536) : random(random(4) === 0 ? 1500 : 250));
}

test(`${INPUTS} inputs of every texture come back through the kernels`, { timeout: 240_000 }, () => {
  const encode = createEncoderKernel();
  const decode = createDecoderKernel(decodePayload);
  if (encode === null || decode === null) throw new Error("no WebAssembly here");

  for (let seed = 0; seed < INPUTS; seed++) {
    const texture = seed % TEXTURES.length;
    const plain = TEXTURES[texture]?.(seed, lengthOf(seed)) ?? new Uint8Array(1);
    const payload = encode(plain, LEVELS[Math.floor(seed / TEXTURES.length) % 3] ?? "default");
    const decoded = decode(payload, plain.length);
    const comesBack =
      typeof decoded !== "string" && decoded.consumed === payload.length && Buffer.compare(decoded.bytes, plain) === 0;
    if (!comesBack) expect.fail(`seed ${seed}, texture ${texture}, ${plain.length} bytes`);
    if (seed % SEEN_BY_REFERENCE !== 0 || plain.length > 5000) continue;
    expect(Buffer.compare(decodeBlockSlowly(payload, plain.length), plain)).toBe(0);
    expect(endsAsWritten(payload, plain.length)).toBe(true);
  }
});
