/* Tokens and symbols, as in ../token.ts: a literal is its byte, a match is length << 16 | offset. */

export const MIN_MATCH: u32 = 3;
export const MAX_MATCH: u32 = 65535;
export const ESCAPED_LENGTH: u32 = 18;
export const WIDE_LENGTH: u32 = 273;
export const SYMBOL_COUNT: u32 = 512;
export const END_SYMBOL: u32 = 256;

export function offsetBits(offset: u32): u32 {
  return 31 - clz(offset);
}

function lengthNibble(length: u32): u32 {
  return min(length - MIN_MATCH, 15);
}

export function matchSymbol(token: u32): u32 {
  return END_SYMBOL + (offsetBits(token & 0xffff) << 4) + lengthNibble(token >> 16);
}
