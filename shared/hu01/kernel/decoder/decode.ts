import { buildTable, LITERALS, longBase, longShift, MATCH, TAKEN, tableBits } from "./decode-table";
import { INPUT, INPUT_BYTES, INPUT_SLACK, LONG, OUTPUT, OUTPUT_BYTES, TABLE } from "./memory";

/*
 * The decoder's WebAssembly kernel: lz-huffman-decode.ts once more, which says what the format is and what
 * surprises in it. What is different here:
 *
 * - The bit buffer has 64 bits and is filled up to at least 49 of them at once, without a branch. The format wants
 *   the bytes of a long length at the place where a reader with 16 to 31 bits would stand, so the words that were
 *   fetched too early are given back first.
 * - Copies are 16 bytes wide and may write behind their end, where the next bytes go anyway.
 * - An entry can hold two literals, or a literal and a match (decode-table.ts).
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
/** Legal perhaps, but made by no known encoder (no end symbol): to be decoded the slow way. */
const UNUSUAL: i32 = -3;

function nextWords(input: usize): u64 {
  const words = rotl<u64>(load<u64>(input), 32);
  return ((words & 0x0000_ffff_0000_ffff) << 16) | ((words >> 16) & 0x0000_ffff_0000_ffff);
}

/**
 * Decodes the payload at `inputAddress` to `outputAddress`.
 *
 * @returns payload bytes used, a closing end symbol included; or INVALID, TABLE_INVALID, UNUSUAL
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
  let input: usize = INPUT + 256;
  let out: usize = OUTPUT;
  let buffer: u64 = 0;
  /** Valid bits at the top of the buffer. Those below them are either zero or the very bits that come next. */
  let bits: u64 = 0;
  /** The entry that stands behind the last byte, if it was taken already. */
  let last: u64 = 0;

  while (out < outputEnd) {
    if (input > inputLimit) return INVALID;
    buffer |= nextWords(input) >> bits;
    const room = 64 - bits;
    input += <usize>(room >> 3) & 14;
    bits = 64 - (room & 15);

    let entry: u64 = load<u32>(TABLE + (<usize>(buffer >> indexShift) & indexMask));
    store<u16>(out, <u16>(entry >> 16));
    out += <usize>(entry >> 6) & 3;
    buffer <<= entry & TAKEN;
    bits -= entry & TAKEN;
    if (!(entry & MATCH)) {
      entry = load<u32>(TABLE + (<usize>(buffer >> indexShift) & indexMask));
      store<u16>(out, <u16>(entry >> 16));
      out += <usize>(entry >> 6) & 3;
      buffer <<= entry & TAKEN;
      bits -= entry & TAKEN;
      if (!(entry & MATCH)) continue;
    }
    if (out >= outputEnd) {
      last = entry;
      break;
    }
    if (!(entry & TAKEN)) {
      entry = load<u32>(LONG + (((<u32>(buffer >> 49) - firstLong) >> shiftLong) << 2));
      buffer <<= entry & TAKEN;
      bits -= entry & TAKEN;
      if (!(entry & MATCH)) {
        store<u8>(out++, <u8>(entry >> 16));
        continue;
      }
    }

    let length: u32 = (<u32>(entry >> 24) & 15) + 3;
    if (length === 18) {
      input -= (<usize>((bits >> 4) - 1)) << 1;
      bits = 16 + (bits & 15);
      buffer &= ~(<u64>0) << (64 - bits);
      const byte: u32 = load<u8>(input++);
      if (byte < 255) length = byte + 18;
      else {
        length = <u32>load<u16>(input) + 3;
        input += 2;
        if (length < 18) return INVALID;
      }
    }
    const offsetBits: u64 = entry >> 28;
    // Two shifts, since shifting by 64 − 0 would not clear the number.
    const offset: u32 = ((<u32>1) << (<u32>offsetBits)) | <u32>((buffer >> 1) >> (63 - offsetBits));
    buffer <<= offsetBits;
    bits -= offsetBits;

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
  if (out > outputEnd) return UNUSUAL;
  return endOf(input, inputEnd, buffer, bits, last);
}

/** Payload bytes used once the output is full. @param last entry taken behind the last byte, or 0 */
function endOf(input: usize, inputEnd: usize, buffer: u64, bits: u64, last: u64): i32 {
  if (bits < 16) {
    buffer |= nextWords(input) >> bits;
    const room = 64 - bits;
    input += <usize>(room >> 3) & 14;
    bits = 64 - (room & 15);
  }
  input -= (<usize>((bits >> 4) - 1)) << 1;
  if (last & TAKEN) {
    // The end symbol is a match of length nibble 0 and no offset bits.
    if (last >> 24) return UNUSUAL;
    return input <= inputEnd + 2 ? <i32>(min(input, inputEnd) - INPUT) : INVALID;
  }
  if (input > inputEnd) return INVALID;
  let entry: u32 = load<u32>(TABLE + ((<usize>(buffer >> (64 - tableBits))) << 2));
  if (!(entry & TAKEN)) entry = load<u32>(LONG + (((<u32>(buffer >> 49) - longBase) >> longShift) << 2));
  const isEnd = (entry & MATCH) !== 0 && (entry & LITERALS) === 0 && entry >> 24 === 0;
  // The word behind the end symbol is always zero, so a payload may lack it without being damaged.
  if (isEnd && (<u32>bits & 15) < (entry & TAKEN)) input = min(input + 2, inputEnd);
  return <i32>(input - INPUT);
}
