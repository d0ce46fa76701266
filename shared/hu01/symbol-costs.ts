import { END_SYMBOL, ESCAPED_LENGTH, MIN_MATCH, SYMBOL_COUNT, WIDE_LENGTH } from "./token.ts";

/*
 * What a symbol costs, in sixteenths of a bit, offset bits included. Fractions matter: rounded to the whole bits
 * of a code, most choices of the parser would be ties. All in whole numbers, so that every machine, and the
 * WebAssembly kernel, comes to the same bytes.
 */

const UNIT = 16;
/** The first pass knows nothing of matches yet: seven bits for each symbol is what mail comes to. */
const SEED_MATCH_COST = 7 * UNIT;
/** Never free, however frequent: a code has at least one bit. */
const MIN_COST = UNIT;

/** Extra cost of a match's length, beyond its symbol. */
export function lengthCost(length: number): number {
  if (length < ESCAPED_LENGTH) return 0;
  return length < WIDE_LENGTH ? 8 * UNIT : 24 * UNIT;
}

/** Index of a match symbol's length within its row of sixteen. */
export function lengthNibble(length: number): number {
  return length < ESCAPED_LENGTH ? length - MIN_MATCH : 15;
}

/** floor(16 × log2(value)) for value 1 … 2^31: four bits of fraction by squaring four times. */
export function log2InUnits(value: number): number {
  const whole = 31 - Math.clz32(value);
  let mantissa = whole > 15 ? value >>> (whole - 15) : value << (15 - whole);
  let log = whole;
  for (let bit = 0; bit < 4; bit++) {
    // 1.15 fixed point: at most 65 535, so its square needs 32 bits unsigned.
    mantissa = Math.imul(mantissa, mantissa) >>> 15;
    const carry = mantissa >>> 16;
    mantissa >>>= carry;
    log = 2 * log + carry;
  }
  return log;
}

/**
 * Costs before the first pass: literals by their frequency in the block, matches flat. Guessing literals flat too
 * would make base64 look as cheap to match as to spell out; there, three-byte matches by chance are a loss.
 */
export function seedCosts(bytes: Uint8Array, costs: Uint32Array): void {
  costs.fill(0);
  for (const byte of bytes) costs[byte] = (costs[byte] as number) + 1;
  const total = log2InUnits(bytes.length);
  for (let symbol = 0; symbol < END_SYMBOL; symbol++) {
    const frequency = costs[symbol] as number;
    costs[symbol] = Math.max(total - log2InUnits(Math.max(frequency, 1)), MIN_COST);
  }
  for (let symbol = END_SYMBOL; symbol < SYMBOL_COUNT; symbol++) costs[symbol] = SEED_MATCH_COST + offsetCost(symbol);
}

/** Costs after a pass: the entropy of what it has chosen. A symbol not chosen costs a bit more than a single one. */
export function costsFromFrequencies(frequencies: Uint32Array, costs: Uint32Array): void {
  let count = 0;
  for (const frequency of frequencies) count += frequency;
  const total = log2InUnits(count);
  for (let symbol = 0; symbol < SYMBOL_COUNT; symbol++) {
    const frequency = frequencies[symbol] as number;
    const cost = frequency === 0 ? total + UNIT : total - log2InUnits(frequency);
    costs[symbol] = Math.max(cost, MIN_COST) + offsetCost(symbol);
  }
}

function offsetCost(symbol: number): number {
  return symbol < END_SYMBOL ? 0 : ((symbol - END_SYMBOL) >> 4) * UNIT;
}
