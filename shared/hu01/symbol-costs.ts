import { END_SYMBOL, SYMBOL_COUNT } from "./token.ts";

/*
 * What a symbol costs, in sixteenths of a bit, offset bits included. Fractions matter: rounded to the whole bits
 * of a code, most choices of the parser would be ties. All in whole numbers, so that every machine, and the
 * WebAssembly kernel, comes to the same bytes.
 */

const UNIT = 16;
/** Never free, however frequent: a code has at least one bit. */
const MIN_COST = UNIT;

/** What a match's length costs beyond its symbol, in one byte or in three. */
export const BYTE_LENGTH_COST = 8 * UNIT;
export const WIDE_LENGTH_COST = 24 * UNIT;

/** floor(16 × log2(value)) for value 1 … 2^31: four bits of fraction by squaring four times. */
function log2InUnits(value: number): number {
  const whole = 31 - Math.clz32(value);
  let mantissa = whole > 15 ? value >>> (whole - 15) : value << (15 - whole);
  let log = whole;
  for (let bit = 0; bit < 4; bit++) {
    // 1.15 fixed point: at most 65 535, so that its square needs all 32 bits.
    mantissa = Math.imul(mantissa, mantissa) >>> 15;
    const carry = mantissa >>> 16;
    mantissa >>>= carry;
    log = 2 * log + carry;
  }
  return log;
}

/**
 * The entropy of what has been chosen so far. A symbol that was not chosen costs a bit more than one that was
 * chosen once: reachable, should it turn out to be useful after all.
 */
export function costsFromFrequencies(frequencies: Uint32Array, costs: Uint32Array): void {
  let count = 0;
  for (const frequency of frequencies) count += frequency;
  const total = log2InUnits(count);
  for (let symbol = 0; symbol < SYMBOL_COUNT; symbol++) {
    const frequency = frequencies[symbol] as number;
    const cost = frequency === 0 ? total + UNIT : total - log2InUnits(frequency);
    const offsetBits = symbol < END_SYMBOL ? 0 : (symbol - END_SYMBOL) >> 4;
    costs[symbol] = Math.max(cost, MIN_COST) + offsetBits * UNIT;
  }
}
