import { MIN_CODED_BYTES, NOMINAL_BLOCK_BYTES } from "./block-header.ts";
import { encodePayload } from "./encode-payload.ts";
import type { Level } from "./level.ts";

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
  // No payload is smaller than this, so a short note need not be tried.
  if (plain.length <= MIN_CODED_BYTES + 1) return plain;
  const payload = encodePayload(plain, level);
  return payload.length < plain.length && payload.length > MIN_CODED_BYTES ? payload : plain;
}
