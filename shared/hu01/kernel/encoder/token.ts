/* Tokens and symbols, as in ../../token.ts: a literal is its byte, a match is length << 16 | offset. */

export const MIN_MATCH: u32 = 3;
export const MAX_MATCH: u32 = 65535;
export const ESCAPED_LENGTH: u32 = 18;
export const WIDE_LENGTH: u32 = 273;
export const SYMBOL_COUNT: u32 = 512;
export const END_SYMBOL: u32 = 256;

export function offsetBits(offset: u32): u32 {
  return 31 - clz(offset);
}

/**
 * Literals and matches come in no order that a processor could foresee, so both symbols are worked out and one is
 * selected: that takes less time than one wrong guess in four.
 */
export function tokenSymbol(token: u32): u32 {
  const nibble = min((token >> 16) - MIN_MATCH, 15);
  const match = END_SYMBOL + (offsetBits(token & 0xffff) << 4) + nibble;
  return select(token, match, token < END_SYMBOL);
}
