import { CODE_LENGTHS_BYTES } from "./block-header.ts";
import { type DecodeTable, LITERALS, MATCH, TAKEN } from "./huffman-table.ts";

/** What `lzHuffmanDecode` returns when the data does not fit its output; never a valid end. */
export const NO_END = -1;
/** Bytes behind the block that may be written: copies are wider than what they copy. */
export const OUTPUT_SLACK = 16;

const END_SYMBOL = 256;
const NONE = -1;

// Imported (and exported) constants are read from memory at each use; these are not, which is worth 7 %.
const taken = TAKEN;
const match = MATCH;

/**
 * Decodes the LZ77+Huffman data behind the code lengths ([MS-XCA] 2.1; FORMAT.md, codec), until the output is
 * full. What is surprising in it:
 *
 * - Bits come in 16-bit words, most significant bit first, and a word is fetched only once fewer than 16 bits
 *   remain. The bytes of long match lengths stand between the words, at the byte cursor of that moment, so
 *   fetching earlier would read other bytes. Words can start at odd offsets.
 * - Symbol 256 is the end of the stream and also a plain match (length 3, offset 1). Real files use it as both,
 *   so only the output's size ends the loop.
 * - A match may overlap itself (offset < length): it repeats byte by byte.
 *
 * And what makes it fast, all of it measured:
 *
 * - One entry of the table can be two literals, or a literal and a match (huffman-table.ts).
 * - A refill has no branch. It takes two words, so that the buffer is full of bits to look ahead at, but counts
 *   the first one only, and only if the format fetches it now: `used` and `at` are where the format's reader is.
 *   `used` is one less than the bits that are gone from the 32, which makes `~used` the shift for the words.
 * - Whatever can go wrong is checked once per match. In between there are literals, each of at most one word, so
 *   the input must be readable for two bytes more per byte of the block; what stands there cannot end well.
 * - `| 0` keeps V8 from checking sums for overflow, and tables are faster as parameters than as constants.
 *
 * @param input the payload (code lengths and data), readable up to `maxPayloadBytes(outputEnd)` behind its end
 * @param inputEnd the payload's length
 * @param table built from the payload's code lengths
 * @param output receives the block; OUTPUT_SLACK bytes behind it may be overwritten
 * @param outputEnd the block's decompressed size; the content is undefined after a failure
 * @returns payload bytes used, a closing end symbol included; or NO_END when an offset reaches before the
 *   output, a match past its end, or the data is used up early
 */
export function lzHuffmanDecode(
  input: DataView,
  inputEnd: number,
  table: DecodeTable,
  output: DataView,
  outputEnd: number,
): number {
  const { entries, long, firstLong, longShift } = table;
  const indexShift = (32 - table.bits) | 0;
  const blockEnd = outputEnd | 0;
  let buffer = wordsAt(input, CODE_LENGTHS_BYTES);
  let used = 15 | 0;
  let at = (CODE_LENGTHS_BYTES + 2) | 0;
  let out = 0 | 0;
  let surplus = NONE;

  while (out < blockEnd) {
    let entry = entries[buffer >>> indexShift] as number;
    buffer |= wordsAt(input, at) >>> ~used;
    at = (at + ((used >> 3) & 2)) | 0;
    used = ((used & 15) + (entry & taken)) | 0;
    output.setInt16(out, entry >> 16, true);
    out = (out + ((entry >> 6) & 3)) | 0;
    buffer <<= entry;
    if ((entry & match) === 0) continue;
    if (out >= blockEnd) {
      surplus = 256 + (entry >>> 24);
      break;
    }
    if ((entry & taken) === 0) {
      entry = long[((buffer >>> 17) - firstLong) >> longShift] as number;
      used = (used + (entry & taken)) | 0;
      buffer <<= entry;
      if ((entry & match) === 0) {
        output.setUint8(out, entry >> 16);
        out = (out + 1) | 0;
        continue;
      }
    }

    buffer |= wordsAt(input, at) >>> ~used;
    at = (at + ((used >> 3) & 2)) | 0;
    used &= 15;
    let length = (((entry >> 24) & 15) + 3) | 0;
    if (length === 18) {
      // The bits that are only looked ahead at are bytes of the length; the words go on behind them.
      buffer = (buffer >>> (used + 1)) << (used + 1);
      length = input.getUint8(at) + 18;
      at = (at + 1) | 0;
      if (length === 255 + 18) {
        length = input.getUint16(at, true) + 3;
        at = (at + 2) | 0;
        if (length < 18) return NO_END;
      }
      buffer |= wordsAt(input, at) >>> ~used;
    }
    const offsetBits = entry >>> 28;
    // Two shifts, since shifting a 32-bit number by 32 - 0 would not clear it.
    const offset = (1 << offsetBits) | ((buffer >>> 1) >>> (31 - offsetBits));
    used = (used + offsetBits) | 0;
    buffer <<= offsetBits;

    const matchEnd = (out + length) | 0;
    if (offset > out || matchEnd > blockEnd || at > inputEnd) return NO_END;
    copyMatch(output, out, offset, matchEnd);
    out = matchEnd;
  }
  if (out > blockEnd) surplus = output.getUint8(blockEnd);
  return endOf(table, buffer, used, at, inputEnd, surplus);
}

/** The two words at `at`, the first one on top. */
function wordsAt(input: DataView, at: number): number {
  const words = input.getInt32(at, true);
  return (words << 16) | (words >>> 16);
}

function copyMatch(output: DataView, start: number, offset: number, end: number): void {
  let to = start | 0;
  let from = (start - offset) | 0;
  if (offset < 4) {
    do {
      output.setUint8(to, output.getUint8(from));
      to = (to + 1) | 0;
      from = (from + 1) | 0;
    } while (to < end);
    return;
  }
  do {
    output.setInt32(to, output.getInt32(from, true), true);
    output.setInt32((to + 4) | 0, output.getInt32((from + 4) | 0, true), true);
    output.setInt32((to + 8) | 0, output.getInt32((from + 8) | 0, true), true);
    output.setInt32((to + 12) | 0, output.getInt32((from + 12) | 0, true), true);
    to = (to + 16) | 0;
    from = (from + 16) | 0;
  } while (to < end);
}

/**
 * Payload bytes used once the output is full.
 * @param surplus symbol that was taken along with the last byte, though it stands behind it; or NONE
 */
function endOf(
  table: DecodeTable,
  buffer: number,
  used: number,
  at: number,
  inputEnd: number,
  surplus: number,
): number {
  const next = surplus === NONE ? symbolAt(buffer, table) : surplus;
  const length = table.lengths[next] as number;
  const needed = surplus === NONE ? used : used - length;
  const end = at + ((needed >> 3) & 2);
  if (end > inputEnd) return NO_END;
  // The word behind the end symbol is always zero, so a payload may lack it without being damaged.
  const fetchesWord = (needed & 15) + length > 15;
  return next === END_SYMBOL && fetchesWord ? Math.min(end + 2, inputEnd) : end;
}

function symbolAt(buffer: number, { entries, long, bits, firstLong, longShift }: DecodeTable): number {
  let entry = entries[buffer >>> (32 - bits)] as number;
  if ((entry & taken) === 0) entry = long[((buffer >>> 17) - firstLong) >> longShift] as number;
  return (entry & LITERALS) === 0 ? 256 + (entry >>> 24) : (entry >> 16) & 255;
}
