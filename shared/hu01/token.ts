/**
 * A parsed block is a row of tokens, one 32-bit number each: a literal is its byte (0 … 255), a match is
 * `length << 16 | offset`. The shortest match has length 3, so the two never meet.
 */
export const MIN_MATCH = 3;
/** Longest match that fits a token. */
export const MAX_MATCH = 65_535;

/** Matches from this length on carry it in extra bytes: length - 3 no longer fits the symbol's low nibble. */
export const ESCAPED_LENGTH = 18;
/** And from this one on (length - 3 = 270) in three of them; one byte holds length - 18 up to 254. */
export const WIDE_LENGTH = 273;

/** Literals and match symbols together; also twice the bytes of the table of code lengths. */
export const SYMBOL_COUNT = 512;
/** Follows the last byte of every block. The same symbol is a match of length 3 at offset 1 elsewhere. */
export const END_SYMBOL = 256;

/** The number of offset bits that follow a match symbol: floor(log2(offset)). */
export function offsetBits(offset: number): number {
  return 31 - Math.clz32(offset);
}

/** The symbol of a token: the literal itself, or 256 + 16 × offset bits + min(length - 3, 15). */
export function tokenSymbol(token: number): number {
  if (token < END_SYMBOL) return token;
  return END_SYMBOL + (offsetBits(token & 0xffff) << 4) + lengthNibble(token >>> 16);
}

/** The low four bits of a match symbol: length - 3, or 15 where the length follows in bytes of its own. */
function lengthNibble(length: number): number {
  return length < ESCAPED_LENGTH ? length - MIN_MATCH : 15;
}

/** Bytes that a match of this length adds to its symbol: 0, 1 or 3. */
export function lengthBytes(length: number): number {
  if (length < ESCAPED_LENGTH) return 0;
  return length < WIDE_LENGTH ? 1 : 3;
}
