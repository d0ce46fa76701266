import { COSTS, FREQUENCIES } from "./memory.ts";
import { END_SYMBOL, SYMBOL_COUNT } from "./token.ts";

/* Symbol costs in sixteenths of a bit, as in ../../symbol-costs.ts. */

const UNIT: u32 = 16;
export const BYTE_LENGTH_COST: u32 = 8 * UNIT;
export const WIDE_LENGTH_COST: u32 = 24 * UNIT;
const MIN_COST: u32 = UNIT;

/** From FREQUENCIES to COSTS. */
export function costsFromFrequencies(): void {
  let count: u32 = 0;
  for (let symbol: u32 = 0; symbol < SYMBOL_COUNT; symbol++) count += load<u32>(FREQUENCIES + (symbol << 2));
  const total = log2InUnits(count);
  for (let symbol: u32 = 0; symbol < SYMBOL_COUNT; symbol++) {
    const frequency = load<u32>(FREQUENCIES + (symbol << 2));
    const cost = frequency === 0 ? total + UNIT : total - log2InUnits(frequency);
    const offsetBits: u32 = symbol < END_SYMBOL ? 0 : (symbol - END_SYMBOL) >> 4;
    store<u32>(COSTS + (symbol << 2), max(cost, MIN_COST) + offsetBits * UNIT);
  }
}

function log2InUnits(value: u32): u32 {
  const whole = 31 - clz(value);
  let mantissa = whole > 15 ? value >> (whole - 15) : value << (15 - whole);
  let log = whole;
  for (let bit = 0; bit < 4; bit++) {
    mantissa = (mantissa * mantissa) >> 15;
    const carry = mantissa >> 16;
    mantissa >>= carry;
    log = 2 * log + carry;
  }
  return log;
}
