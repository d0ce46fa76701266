import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** SHA-256 of the UTF-8 of the parts, joined by NUL, as lower-case hexadecimal. */
export function textHash(parts: readonly string[]): string {
  return bytesToHex(sha256(new TextEncoder().encode(parts.join("\0"))));
}

/** An id that depends on nothing but its parts: the first 32 digits of `textHash` (MAPPING.md 1.1). */
export function stableId(parts: readonly string[]): string {
  return textHash(parts).slice(0, 32);
}
