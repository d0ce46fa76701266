import { CODE_LENGTHS_BYTES } from "./block-header.ts";

/*
 * An entry tells what the next bits mean. One entry can hold two literals, or a literal and the match behind it,
 * if their codes fit into the table's width together; that halves the look-ups on mail.
 *
 *   bits  0 …  4   bits that the entry takes
 *   bits  6 …  7   literals in it: 0, 1 or 2
 *   bit   8        a match closes it
 *   bits 16 … 23   first literal
 *   bits 24 … 31   second literal, or the match: length − 3 in the low nibble, offset bits in the high one
 *
 * A single literal is in both places, so the first half of its entry and the second half of another one's, added up,
 * are the entry of both. A code longer than the table is wide has an entry with MATCH and no bits.
 */
export const TAKEN = 0x1f;
export const LITERALS = 0xc0;
export const MATCH = 0x100;
const ONE_LITERAL = 0x40;
const FIRST_LITERAL = 0xff_0000;
const SECOND = 0xff00_0000;

/** 256 literals and 256 matches. */
const SYMBOLS = 512;
/** Longest code that four bits can state. */
const MAX_CODE_LENGTH = 15;
const MAX_TABLE_BITS = 13;
/** A code longer than the narrowest table (11 bits) stands for at most 2^3 values of 15 bits. */
const MAX_LONG_ENTRIES = SYMBOLS * 8;

/** Tables that turn the next bits into what they mean. One instance is reused for every block. */
export interface DecodeTable {
  /** Width of `entries` in bits. */
  bits: number;
  /** Entry for each value of the next `bits` bits. */
  readonly entries: Int32Array;
  /** Entry for each code longer than `bits`; index: (next 15 bits − firstLong) >> longShift. */
  readonly long: Int32Array;
  firstLong: number;
  longShift: number;
  /** Code length of each symbol. */
  readonly lengths: Uint8Array;
}

/** Allocates the tables once. */
export function createDecodeTable(): DecodeTable {
  return {
    bits: MAX_TABLE_BITS,
    entries: new Int32Array(1 << MAX_TABLE_BITS),
    long: new Int32Array(MAX_LONG_ENTRIES),
    firstLong: 0,
    longShift: 0,
    lengths: new Uint8Array(SYMBOLS),
  };
}

/** Filling the table is what a small block pays, so its width follows the payload. Widths measured. */
function tableBits(payloadBytes: number): number {
  if (payloadBytes <= 4 * 1024) return 11;
  return payloadBytes <= 12 * 1024 ? 12 : MAX_TABLE_BITS;
}

/** How many symbols have each length, and where in `ordered` the next one of them goes. */
const counts = new Int32Array(MAX_CODE_LENGTH + 1);
const places = new Int32Array(MAX_CODE_LENGTH + 1);
/** For each length: how many values of so many bits begin with a code no longer than that. */
const covered = new Int32Array(MAX_CODE_LENGTH + 1);
/** Symbols by length, then by value: the order of their codes. Unused ones stand behind the used ones. */
const ordered = new Uint16Array(SYMBOLS);
/** Entry for each start of a second code that can still share an entry with a first one. */
const seconds = new Int32Array(1 << (MAX_TABLE_BITS - 1));

/**
 * Builds the tables from the 256 packed code lengths (even symbol in the low nibble, 0 = unused).
 * @returns false when the lengths do not form a complete code (Kraft sum 1), which every real block does
 */
export function buildDecodeTable(payload: Uint8Array, table: DecodeTable): boolean {
  table.bits = tableBits(payload.length);
  unpackLengths(payload, table.lengths);
  const symbols = placeLengths(table);
  if (symbols === 0) return false;
  orderSymbols(payload);
  const shortest = shortestLiteral(table.lengths, symbols);
  if (shortest < table.bits) fillCodes(seconds, 1, table.bits - shortest, 0);
  fillEntries(table, shortest);
  fillCodes(table.long, table.bits + 1, MAX_CODE_LENGTH - table.longShift, places[table.bits] as number);
  return true;
}

/** Pairs of unused symbols are frequent and stand together, so leaving them out is worth the branch. */
function unpackLengths(payload: Uint8Array, lengths: Uint8Array): void {
  counts.fill(0);
  lengths.fill(0);
  for (let i = 0; i < CODE_LENGTHS_BYTES; i++) {
    const pair = payload[i] as number;
    if (pair === 0) continue;
    const low = pair & 15;
    const high = pair >> 4;
    lengths[2 * i] = low;
    lengths[2 * i + 1] = high;
    counts[low] = (counts[low] as number) + 1;
    counts[high] = (counts[high] as number) + 1;
  }
}

/** Where each length's symbols begin in `ordered`. @returns how many symbols have a code; 0 if it is not complete */
function placeLengths(table: DecodeTable): number {
  let code = 0;
  let index = 0;
  let longest = 0;
  for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
    const count = counts[length] as number;
    places[length] = index;
    index += count;
    code = (code << 1) + count;
    if (count !== 0) longest = length;
    covered[length] = code;
    if (length === table.bits) table.firstLong = code << (MAX_CODE_LENGTH - length);
  }
  places[0] = index;
  table.longShift = MAX_CODE_LENGTH - longest;
  return code === 1 << MAX_CODE_LENGTH ? index : 0;
}

/** A single unused symbol is placed as well, since that branch could not be predicted: behind the used ones. */
function orderSymbols(payload: Uint8Array): void {
  for (let i = 0; i < CODE_LENGTHS_BYTES; i++) {
    const pair = payload[i] as number;
    if (pair === 0) continue;
    placeSymbol(2 * i, pair & 15);
    placeSymbol(2 * i + 1, pair >> 4);
  }
}

function placeSymbol(symbol: number, length: number): void {
  const place = places[length] as number;
  places[length] = place + 1;
  ordered[place] = symbol;
}

/** Length of the shortest literal's code; wider than any table when there is none. */
function shortestLiteral(lengths: Uint8Array, symbols: number): number {
  for (let index = 0; index < symbols; index++) {
    const symbol = ordered[index] as number;
    if (symbol < 256) return lengths[symbol] as number;
  }
  return MAX_CODE_LENGTH;
}

function entryOf(symbol: number, length: number): number {
  if (symbol < 256) return (symbol << 24) | (symbol << 16) | ONE_LITERAL | length;
  return ((symbol - 256) << 24) | MATCH | length;
}

/**
 * Fills a table of `width` bits with the codes of `shortest` to `width` bits: in canonical order their ranges follow
 * each other without holes.
 * @param index of the first such symbol in `ordered`
 */
function fillCodes(target: Int32Array, shortest: number, width: number, index: number): void {
  let at = 0;
  for (let length = shortest; length <= width; length++) {
    const repeat = 1 << (width - length);
    for (let left = counts[length] as number; left > 0; left--) {
      const entry = entryOf(ordered[index++] as number, length);
      for (const end = at + repeat; at < end; at++) target[at] = entry;
    }
  }
}

/** The same for `entries`, with a second code in each entry that has room for one. */
function fillEntries({ entries, bits }: DecodeTable, shortest: number): void {
  let at = 0;
  let index = 0;
  for (let length = 1; length <= bits; length++) {
    const repeat = 1 << (bits - length);
    const pairs = length >= shortest ? (covered[bits - length] as number) : 0;
    if (length > shortest) narrowSeconds(pairs);
    for (let left = counts[length] as number; left > 0; left--) {
      const entry = entryOf(ordered[index++] as number, length);
      const end = at + repeat;
      if ((entry & MATCH) === 0) at = fillPairs(entries, at, pairs, entry);
      for (; at < end; at++) entries[at] = entry;
    }
  }
  entries.fill(MATCH, at, 1 << bits);
}

/** Behind a code one bit longer there is one bit less for the second code. */
function narrowSeconds(length: number): void {
  for (let i = 0; i < length; i++) seconds[i] = seconds[2 * i] as number;
}

function fillPairs(entries: Int32Array, from: number, pairs: number, entry: number): number {
  const first = entry & ~SECOND;
  for (let i = 0; i < pairs; i++) entries[from + i] = first + ((seconds[i] as number) & ~FIRST_LITERAL);
  return from + pairs;
}
