import { CODE_LENGTHS_BYTES } from "./block-header.ts";

/** 256 literals and 256 match symbols. */
const SYMBOLS = 512;
/** Longest code that four bits can state. */
export const MAX_CODE_LENGTH = 15;
const MAX_TABLE_BITS = 12;

/**
 * Tables that turn the next bits into a symbol. One instance is reused for every block.
 *
 * Codes up to `bits` long are found in one look-up: `entries[next bits] = symbol << 4 | length`. Longer ones
 * leave 0 there; they are rare by construction (less likely than 2^-bits), so they are found by comparing
 * against the end of each length's range of codes.
 */
export interface DecodeTable {
  readonly entries: Uint16Array;
  /** Symbols in canonical order: by length, then by value. */
  readonly ordered: Uint16Array;
  /** For each length: the first code behind its range, left-aligned to 15 bits. */
  readonly ends: Int32Array;
  /** For each length: index into `ordered` of its first symbol, less its first code. */
  readonly starts: Int32Array;
  bits: number;
}

/** Allocates the tables once. */
export function createDecodeTable(): DecodeTable {
  return {
    entries: new Uint16Array(1 << MAX_TABLE_BITS),
    ordered: new Uint16Array(SYMBOLS),
    ends: new Int32Array(MAX_CODE_LENGTH + 1),
    starts: new Int32Array(MAX_CODE_LENGTH + 1),
    bits: MAX_TABLE_BITS,
  };
}

/** Filling the table is what a small block pays, so its width follows the payload. Widths measured. */
function tableBits(payloadBytes: number): number {
  if (payloadBytes <= 3 * 1024) return 9;
  return payloadBytes <= 24 * 1024 ? 10 : MAX_TABLE_BITS;
}

const lengths = new Uint8Array(SYMBOLS);
const counts = new Int32Array(MAX_CODE_LENGTH + 1);
const places = new Int32Array(MAX_CODE_LENGTH + 1);

/**
 * Builds the tables from the 256 packed code lengths (even symbol in the low nibble, 0 = unused).
 * @returns false when the lengths do not form a complete code (Kraft sum 1), which every real block does
 */
export function buildDecodeTable(payload: Uint8Array, table: DecodeTable): boolean {
  unpackLengths(payload);
  if (!isComplete()) return false;
  orderSymbols(table);
  table.bits = tableBits(payload.length);
  fillEntries(table);
  return true;
}

function unpackLengths(payload: Uint8Array): void {
  counts.fill(0);
  for (let i = 0; i < CODE_LENGTHS_BYTES; i++) {
    const pair = payload[i] as number;
    const low = pair & 15;
    const high = pair >> 4;
    lengths[2 * i] = low;
    lengths[2 * i + 1] = high;
    counts[low] = (counts[low] as number) + 1;
    counts[high] = (counts[high] as number) + 1;
  }
}

function isComplete(): boolean {
  let sum = 0;
  for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
    sum += (counts[length] as number) << (MAX_CODE_LENGTH - length);
  }
  return sum === 1 << MAX_CODE_LENGTH;
}

function orderSymbols(table: DecodeTable): void {
  let code = 0;
  let index = 0;
  for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
    code <<= 1;
    table.starts[length] = index - code;
    places[length] = index;
    code += counts[length] as number;
    index += counts[length] as number;
    table.ends[length] = code << (MAX_CODE_LENGTH - length);
  }
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const length = lengths[symbol] as number;
    if (length === 0) continue;
    const place = places[length] as number;
    table.ordered[place] = symbol;
    places[length] = place + 1;
  }
}

/** In canonical order the ranges of the codes follow each other without holes, so the table fills front to back. */
function fillEntries(table: DecodeTable): void {
  const { entries, ordered, bits } = table;
  let at = 0;
  let index = 0;
  for (let length = 1; length <= bits; length++) {
    const repeat = 1 << (bits - length);
    for (let left = counts[length] as number; left > 0; left--) {
      entries.fill(((ordered[index] as number) << 4) | length, at, at + repeat);
      at += repeat;
      index++;
    }
  }
  entries.fill(0, at, 1 << bits);
}
