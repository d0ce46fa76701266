import { MIN_CODED_BYTES, NOMINAL_BLOCK_BYTES } from "./block-header.ts";
import { encodePayload } from "./encode-payload.ts";
import { createEncoderKernel, type PayloadEncoder } from "./encoder-kernel.ts";
import type { Level } from "./level.ts";

let encode: PayloadEncoder | undefined;

/**
 * Encodes one block, synchronously.
 *
 * @param plain 1 … 65 536 bytes
 * @returns a coded payload, newly allocated and smaller than `plain`; or `plain` itself when coding does not pay
 *   and it is to be stored. A payload of exactly 260 bytes counts as not paying: known readers make nothing of it
 *   (FORMAT.md, what a compatible encoder writes)
 * @throws RangeError when `plain` is empty or larger than a block
 */
export function encodeBlock(plain: Uint8Array, level: Level): Uint8Array {
  if (plain.length === 0 || plain.length > NOMINAL_BLOCK_BYTES) {
    throw new RangeError(`A block has 1 to ${NOMINAL_BLOCK_BYTES} bytes, not ${plain.length}.`);
  }
  // A payload has more bytes than that, so a short note need not be tried.
  if (plain.length <= MIN_CODED_BYTES + 1) return plain;
  encode ??= createEncoderKernel() ?? encodePayload;
  const payload = encode(plain, level);
  return payload.length < plain.length && payload.length > MIN_CODED_BYTES ? payload : plain;
}
