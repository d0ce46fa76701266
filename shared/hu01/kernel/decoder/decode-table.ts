import { COUNTS, INPUT, LENGTHS, LONG, ORDERED, PLACES, SECONDS, TABLE } from "./memory";

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
 * A single literal is in both places, so adding its entry to that of a literal before it gives the entry of both.
 * A code longer than the table is wide has an entry with MATCH and no bits: it is looked up in LONG.
 */
export const TAKEN: u32 = 0x3f;
const ONE_LITERAL: u32 = 0x40;
export const LITERALS: u32 = 0xc0;
export const MATCH: u32 = 0x100;
/** No second code can follow: it takes more bits than any table is wide. */
const NOTHING_FITS: u32 = 63;
const MAX_CODE_LENGTH: u32 = 15;

/** Width of TABLE in bits; set by buildTable. */
export let tableBits: u32 = 0;
/** First 15-bit code that is in LONG, and by how much to shift what is left of it. Set by buildTable. */
export let longBase: u32 = 0;
export let longShift: u32 = 0;

/** Filling the table is what a small block pays, so its width follows the payload. Widths measured. */
function widthFor(payloadBytes: u32): u32 {
  if (payloadBytes <= 3 * 1024) return 9;
  return payloadBytes <= 24 * 1024 ? 10 : 12;
}

/** Builds the tables from the code lengths at INPUT. @returns false when they do not form a complete code */
export function buildTable(payloadBytes: u32): bool {
  tableBits = widthFor(payloadBytes);
  unpackLengths();
  const symbols = placeLengths();
  if (symbols === 0) return false;
  orderSymbols();
  const shortest = shortestLiteral(symbols);
  fillSeconds(shortest);
  const next = fillTable(shortest);
  fillLong(next);
  return true;
}

function unpackLengths(): void {
  memory.fill(COUNTS, 0, 64);
  for (let i: u32 = 0; i < 256; i++) {
    const pair: u32 = load<u8>(INPUT + i);
    const low = pair & 15;
    const high = pair >> 4;
    store<u16>(LENGTHS + 2 * i, <u16>(low | (high << 8)));
    store<u32>(COUNTS + (low << 2), load<u32>(COUNTS + (low << 2)) + 1);
    store<u32>(COUNTS + (high << 2), load<u32>(COUNTS + (high << 2)) + 1);
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
    if (length === tableBits) longBase = code << (MAX_CODE_LENGTH - length);
  }
  store<u32>(PLACES, index);
  longShift = MAX_CODE_LENGTH - longest;
  return code === 1 << MAX_CODE_LENGTH ? index : 0;
}

/** Unused symbols are placed as well: leaving them out would cost a branch that no processor can predict. */
function orderSymbols(): void {
  for (let symbol: u32 = 0; symbol < 512; symbol++) {
    const length: u32 = load<u8>(LENGTHS + symbol);
    const place = load<u32>(PLACES + (length << 2));
    store<u32>(PLACES + (length << 2), place + 1);
    store<u16>(ORDERED + (place << 1), <u16>symbol);
  }
}

/** Length of the shortest literal's code; larger than any table is wide when there is none. */
function shortestLiteral(symbols: u32): u32 {
  for (let index: u32 = 0; index < symbols; index++) {
    const symbol: u32 = load<u16>(ORDERED + (index << 1));
    if (symbol < 256) return load<u8>(LENGTHS + symbol);
  }
  return 16;
}

function entryOf(symbol: u32, length: u32): u32 {
  if (symbol < 256) return (symbol << 24) | (symbol << 16) | ONE_LITERAL | length;
  return ((symbol - 256) << 24) | MATCH | length;
}

/** Second codes are looked up behind at least `shortest` bits, so only so many of them are left. */
function fillSeconds(shortest: u32): void {
  if (shortest >= tableBits) return;
  const bits = tableBits - shortest;
  let at = SECONDS;
  let index = ORDERED;
  for (let length: u32 = 1; length <= bits; length++) {
    const bytes: usize = (<usize>4) << (bits - length);
    for (let left = load<u32>(COUNTS + (length << 2)); left > 0; left--) {
      // Without the first literal's place, so that it can be added to an entry that fills it.
      const entry = entryOf(load<u16>(index), length) & 0xff00_ffff;
      for (let end = at + bytes; at < end; at += 4) store<u32>(at, entry);
      index += 2;
    }
  }
  for (let end = SECONDS + ((<usize>4) << bits); at < end; at += 4) store<u32>(at, NOTHING_FITS);
}

/** In canonical order the ranges of the codes follow each other. @returns where ORDERED goes on */
function fillTable(shortest: u32): usize {
  let at = TABLE;
  let index = ORDERED;
  for (let length: u32 = 1; length <= tableBits; length++) {
    const bytes: usize = (<usize>4) << (tableBits - length);
    const step: usize = length >= shortest && length < tableBits ? (<usize>4) << (length - shortest) : 0;
    for (let left = load<u32>(COUNTS + (length << 2)); left > 0; left--) {
      const symbol: u32 = load<u16>(index);
      const entry = entryOf(symbol, length);
      if (symbol < 256 && step !== 0) at = fillPairs(at, bytes, entry, length, step);
      else for (let end = at + bytes; at < end; at += 4) store<u32>(at, entry);
      index += 2;
    }
  }
  for (let end = TABLE + ((<usize>4) << tableBits); at < end; at += 4) store<u32>(at, MATCH);
  return index;
}

function fillPairs(from: usize, bytes: usize, entry: u32, length: u32, step: usize): usize {
  const first = entry & 0x00ff_ffff;
  let second = SECONDS;
  let at = from;
  for (let end = from + bytes; at < end; at += 4) {
    const follower = load<u32>(second);
    second += step;
    store<u32>(at, (follower & TAKEN) + length <= tableBits ? first + follower : entry);
  }
  return at;
}

function fillLong(from: usize): void {
  let at = LONG;
  let index = from;
  const longest = MAX_CODE_LENGTH - longShift;
  for (let length: u32 = tableBits + 1; length <= longest; length++) {
    const bytes: usize = (<usize>4) << (longest - length);
    for (let left = load<u32>(COUNTS + (length << 2)); left > 0; left--) {
      const entry = entryOf(load<u16>(index), length);
      for (let end = at + bytes; at < end; at += 4) store<u32>(at, entry);
      index += 2;
    }
  }
}
