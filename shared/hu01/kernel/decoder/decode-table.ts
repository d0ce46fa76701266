import { COUNTS, COVERED, INPUT, LONG, ORDERED, PLACES, SECONDS, TABLE } from "./memory";

/*
 * An entry tells what the next bits mean. One entry can hold two literals, or a literal and the match behind it,
 * if their codes fit into the table's width together; that halves the look-ups on mail.
 *
 *   bits  0 …  5   bits that the entry takes
 *   bits  6 …  7   literals in it: 0, 1 or 2
 *   bit   8        a match closes it
 *   bits 16 … 23   first literal
 *   bits 24 … 31   second literal, or the match: length − 3 in the low nibble, offset bits in the high one
 *
 * A single literal is in both places, so the first half of its entry and the second half of another one's, added up,
 * are the entry of both. A code longer than the table is wide has an entry with MATCH and no bits: it is in LONG.
 */
export const TAKEN: u32 = 0x3f;
const ONE_LITERAL: u32 = 0x40;
export const LITERALS: u32 = 0xc0;
export const MATCH: u32 = 0x100;
const FIRST_LITERAL: u32 = 0xff_0000;
const SECOND: u32 = 0xff00_0000;
const MAX_CODE_LENGTH: u32 = 15;

/** Width of TABLE in bits; set by buildTable. */
export let tableBits: u32 = 0;
/** First 15-bit code that is in LONG, and by how much to shift what is left of it. Set by buildTable. */
export let longBase: u32 = 0;
export let longShift: u32 = 0;

/** Filling the table is what a small block pays, so its width follows the payload. Widths measured. */
function widthFor(payloadBytes: u32): u32 {
  if (payloadBytes <= 4 * 1024) return 11;
  return payloadBytes <= 12 * 1024 ? 12 : 13;
}

/** Builds the tables from the code lengths at INPUT. @returns false when they do not form a complete code */
export function buildTable(payloadBytes: u32): bool {
  tableBits = widthFor(payloadBytes);
  countLengths();
  const symbols = placeLengths();
  if (symbols === 0) return false;
  orderSymbols();
  const shortest = shortestLiteral(symbols);
  if (shortest < tableBits) fillCodes(SECONDS, 1, tableBits - shortest, ORDERED);
  const next = fillTable(shortest);
  fillCodes(LONG, tableBits + 1, MAX_CODE_LENGTH - longShift, next);
  return true;
}

/** Code length of a symbol. Even symbols are in the low nibbles. */
export function lengthOf(symbol: u32): u32 {
  return (load<u8>(INPUT + (symbol >> 1)) >> ((symbol & 1) << 2)) & 15;
}

/** Pairs of unused symbols are frequent and stand together, so leaving them out is worth the branch. */
function countLengths(): void {
  memory.fill(COUNTS, 0, 64);
  for (let i: u32 = 0; i < 256; i++) {
    const pair: u32 = load<u8>(INPUT + i);
    if (pair === 0) continue;
    const low = COUNTS + ((pair & 15) << 2);
    store<u32>(low, load<u32>(low) + 1);
    const high = COUNTS + ((pair >> 4) << 2);
    store<u32>(high, load<u32>(high) + 1);
  }
}

/** Where each length's symbols begin in ORDERED. @returns how many symbols have a code; 0 if it is not complete */
function placeLengths(): u32 {
  let code: u32 = 0;
  let index: u32 = 0;
  let longest: u32 = 0;
  for (let length: u32 = 1; length <= MAX_CODE_LENGTH; length++) {
    const count = load<u32>(COUNTS + (length << 2));
    store<u32>(PLACES + (length << 2), index);
    index += count;
    code = (code << 1) + count;
    if (count !== 0) longest = length;
    store<u32>(COVERED + (length << 2), code);
  }
  store<u32>(PLACES, index);
  longShift = MAX_CODE_LENGTH - longest;
  longBase = load<u32>(COVERED + (tableBits << 2)) << (MAX_CODE_LENGTH - tableBits);
  return code === 1 << MAX_CODE_LENGTH ? index : 0;
}

/** A single unused symbol is placed as well, since that branch could not be predicted: behind the used ones. */
function orderSymbols(): void {
  for (let i: u32 = 0; i < 256; i++) {
    const pair: u32 = load<u8>(INPUT + i);
    if (pair === 0) continue;
    placeSymbol(2 * i, pair & 15);
    placeSymbol(2 * i + 1, pair >> 4);
  }
}

function placeSymbol(symbol: u32, length: u32): void {
  const place = load<u32>(PLACES + (length << 2));
  store<u32>(PLACES + (length << 2), place + 1);
  store<u16>(ORDERED + (place << 1), <u16>symbol);
}

/** Length of the shortest literal's code; larger than any table is wide when there is none. */
function shortestLiteral(symbols: u32): u32 {
  for (let index: u32 = 0; index < symbols; index++) {
    const symbol: u32 = load<u16>(ORDERED + (index << 1));
    if (symbol < 256) return lengthOf(symbol);
  }
  return 16;
}

function entryOf(symbol: u32, length: u32): u32 {
  if (symbol < 256) return (symbol << 24) | (symbol << 16) | ONE_LITERAL | length;
  return ((symbol - 256) << 24) | MATCH | length;
}

/** Four entries at a time, so three behind `end` may be overwritten. @returns end */
function fill(from: usize, end: usize, entry: u32): usize {
  const four = v128.splat<u32>(entry);
  for (let at = from; at < end; at += 16) store<v128>(at, four);
  return end;
}

/**
 * Fills a table of `width` bits with the codes of `shortest` to `width` bits: in canonical order their ranges follow
 * each other without holes. @param index where the first of them is in ORDERED
 */
function fillCodes(table: usize, shortest: u32, width: u32, index: usize): void {
  let at = table;
  for (let length = shortest; length <= width; length++) {
    const bytes: usize = (<usize>4) << (width - length);
    for (let left = load<u32>(COUNTS + (length << 2)); left > 0; left--) {
      at = fill(at, at + bytes, entryOf(load<u16>(index), length));
      index += 2;
    }
  }
}

/** The same for TABLE, with a second code in each entry that has room for one. @returns where ORDERED goes on */
function fillTable(shortest: u32): usize {
  let at = TABLE;
  let index = ORDERED;
  for (let length: u32 = 1; length <= tableBits; length++) {
    const bytes: usize = (<usize>4) << (tableBits - length);
    const pairBytes: usize = length >= shortest ? (<usize>load<u32>(COVERED + ((tableBits - length) << 2))) << 2 : 0;
    if (length > shortest) narrowSeconds(pairBytes);
    for (let left = load<u32>(COUNTS + (length << 2)); left > 0; left--) {
      const symbol: u32 = load<u16>(index);
      const entry = entryOf(symbol, length);
      const end = at + bytes;
      if (symbol < 256) at = fillPairs(at, at + pairBytes, entry);
      at = fill(at, end, entry);
      index += 2;
    }
  }
  fill(at, TABLE + ((<usize>4) << tableBits), MATCH);
  return index;
}

/** Behind a code one bit longer there is one bit less for the second code. */
function narrowSeconds(bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 4) store<u32>(SECONDS + at, load<u32>(SECONDS + (at << 1)));
}

function fillPairs(from: usize, end: usize, entry: u32): usize {
  const first = v128.splat<u32>(entry & ~SECOND);
  const mask = v128.splat<u32>(~FIRST_LITERAL);
  let seconds = SECONDS;
  for (let at = from; at < end; at += 16) {
    store<v128>(at, v128.add<u32>(first, v128.and(load<v128>(seconds), mask)));
    seconds += 16;
  }
  return end;
}
