import { buildTable, LITERALS, lengthOf, longBase, longShift, MATCH, TAKEN, tableBits } from "./decode-table";
import { INPUT, INPUT_BYTES, INPUT_SLACK, LONG, OUTPUT, OUTPUT_BYTES, TABLE } from "./memory";

/*
 * The decoder's WebAssembly kernel: lz-huffman-decode.ts once more, which says what the format is and what
 * surprises in it. What is different here:
 *
 * - The bit buffer has 64 bits and is refilled once per round, for two entries and a match. That is two words more
 *   than the format's reader has taken, and they go back before the bytes of a long length are read.
 * - A refill is done while the entry is looked up, whose bits were in the buffer before; so nothing waits for it.
 * - Symbols that were taken behind the last byte, up to three literals and a match, are given back at the end.
 *
 * Bounds: the input position is checked once per round, and a round moves it by less than the slack behind the
 * payload; offsets and ends of matches are checked before they are copied; literals are stored in front of the
 * output's end or in the slack behind it.
 */

/** Where the caller puts the payload, and where it finds the block. */
export const inputAddress: usize = INPUT;
export const outputAddress: usize = OUTPUT;
export const inputCapacity: u32 = INPUT_BYTES;
export const outputCapacity: u32 = OUTPUT_BYTES;

/** Not an end of the data: an offset, a length or the data's size is impossible. */
const INVALID: i32 = -1;
/** The code lengths do not form a complete code. */
const TABLE_INVALID: i32 = -2;

const END_SYMBOL: i32 = 256;
const NONE: i32 = -1;

/** The four words at `input`, the first one on top. */
function nextWords(input: usize): u64 {
  const words = rotl<u64>(load<u64>(input), 32);
  return ((words & 0x0000_ffff_0000_ffff) << 16) | ((words >> 16) & 0x0000_ffff_0000_ffff);
}

/**
 * Decodes the payload at `inputAddress` to `outputAddress`.
 *
 * @returns payload bytes used, a closing end symbol included; or INVALID, TABLE_INVALID
 */
export function decode(payloadBytes: u32, outputBytes: u32): i32 {
  if (payloadBytes < 260 || payloadBytes > INPUT_BYTES || outputBytes > OUTPUT_BYTES) return INVALID;
  if (!buildTable(payloadBytes)) return TABLE_INVALID;
  memory.fill(INPUT + payloadBytes, 0, INPUT_SLACK);

  const indexShift: u64 = 62 - tableBits;
  const indexMask: usize = (((<usize>1) << tableBits) - 1) << 2;
  const firstLong = longBase;
  const shiftLong = longShift;
  const inputEnd = INPUT + payloadBytes;
  const inputLimit = inputEnd + 8;
  const outputEnd = OUTPUT + outputBytes;
  let buffer = nextWords(INPUT + 256);
  /** Bits gone from the buffer, less one: so `~used` is the shift for the next words. */
  let used: u64 = 15;
  let input: usize = INPUT + 262;
  let out: usize = OUTPUT;
  /** The match that stands behind the last byte, if it was taken already. */
  let surplus = NONE;

  while (out < outputEnd) {
    if (input > inputLimit) return INVALID;
    let entry: u64 = load<u32>(TABLE + (<usize>(buffer >> indexShift) & indexMask));
    buffer |= nextWords(input) >> ~used;
    input += <usize>(used >> 3) & 6;
    used = (used & 15) + (entry & TAKEN);
    store<u16>(out, <u16>(entry >> 16));
    out += <usize>(entry >> 6) & 3;
    buffer <<= entry;
    if (!(entry & MATCH)) {
      entry = load<u32>(TABLE + (<usize>(buffer >> indexShift) & indexMask));
      used += entry & TAKEN;
      store<u16>(out, <u16>(entry >> 16));
      out += <usize>(entry >> 6) & 3;
      buffer <<= entry;
      if (!(entry & MATCH)) continue;
    }
    if (out >= outputEnd) {
      if (entry & TAKEN) surplus = 256 + <i32>(entry >> 24);
      break;
    }
    if (!(entry & TAKEN)) {
      entry = load<u32>(LONG + (((<u32>(buffer >> 49) - firstLong) >> shiftLong) << 2));
      buffer <<= entry;
      used += entry & TAKEN;
      if (!(entry & MATCH)) {
        store<u8>(out++, <u8>(entry >> 16));
        continue;
      }
    }

    let length: u32 = (<u32>(entry >> 24) & 15) + 3;
    if (length === 18) {
      input += (<usize>(used >> 3) & 6) - 4;
      buffer &= ~(~(<u64>0) >> (31 - (used & 15)));
      used = (used & 15) + 32;
      const byte: u32 = load<u8>(input++);
      if (byte < 255) length = byte + 18;
      else {
        length = <u32>load<u16>(input) + 3;
        input += 2;
        if (length < 18) return INVALID;
      }
      buffer |= nextWords(input) >> ~used;
    }
    const offsetBits: u64 = entry >> 28;
    // Two shifts, since shifting by 64 − 0 would not clear the number.
    const offset: u32 = ((<u32>1) << (<u32>offsetBits)) | <u32>((buffer >> 1) >> (63 - offsetBits));
    buffer <<= offsetBits;
    used += offsetBits;

    const end = out + length;
    let from = out - offset;
    if (from < OUTPUT || end > outputEnd) return INVALID;
    if (offset < 8) {
      do store<u8>(out++, load<u8>(from++));
      while (out < end);
      continue;
    }
    do {
      store<u64>(out, load<u64>(from));
      store<u64>(out + 8, load<u64>(from + 8));
      out += 16;
      from += 16;
    } while (out < end);
    out = end;
  }
  return endOf(input, inputEnd, buffer, used, surplus, out, outputEnd);
}

/** Payload bytes used, now that the output is full. @param surplus match taken behind the last byte, or NONE */
function endOf(input: usize, inputEnd: usize, buffer: u64, used: u64, surplus: i32, out: usize, outputEnd: usize): i32 {
  let next = surplus;
  if (next !== NONE) used -= lengthOf(next);
  while (out > outputEnd) {
    next = load<u8>(--out);
    used -= lengthOf(next);
  }
  if (next === NONE) next = symbolAt(buffer);
  input += (<usize>(used >> 3) & 6) - 4;
  if (input > inputEnd) return INVALID;
  // The word behind the end symbol is always zero, so a payload may lack it without being damaged.
  const fetchesWord = (<u32>used & 15) + lengthOf(next) > 15;
  if (next === END_SYMBOL && fetchesWord) input = min(input + 2, inputEnd);
  return <i32>(input - INPUT);
}

function symbolAt(buffer: u64): i32 {
  let entry: u32 = load<u32>(TABLE + ((<usize>(buffer >> (64 - tableBits))) << 2));
  if (!(entry & TAKEN)) entry = load<u32>(LONG + (((<u32>(buffer >> 49) - longBase) >> longShift) << 2));
  return entry & LITERALS ? (entry >> 16) & 255 : 256 + (entry >> 24);
}
