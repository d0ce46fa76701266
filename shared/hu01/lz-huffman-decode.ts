import { CODE_LENGTHS_BYTES } from "./block-header.ts";
import { type DecodeTable, MAX_CODE_LENGTH } from "./huffman-table.ts";

/** What `lzHuffmanDecode` returns when the data does not fit its output; never a valid end. */
export const NO_END = -1;

const END_SYMBOL = 256;

/**
 * Decodes the LZ77+Huffman data behind the code lengths ([MS-XCA] 2.1; FORMAT.md, codec), until the output is
 * full. What is surprising in it:
 *
 * - Bits come in 16-bit words, most significant bit first, and a word is fetched only once fewer than 16 spare
 *   bits remain. The bytes of long match lengths stand between the words, at the byte cursor of that moment, so
 *   fetching earlier would read other bytes. Words can start at odd offsets.
 * - Symbol 256 is the end of the stream and also a plain match (length 3, offset 1). Real files use it as both,
 *   so only the output's size ends the loop.
 * - A match may overlap itself (offset < length): it repeats byte by byte.
 *
 * @param payload code lengths and data
 * @param table built from the payload's code lengths
 * @param output exactly as long as the block's decompressed size; its content is undefined after a failure
 * @returns payload bytes used, a closing end symbol included; or NO_END when an offset reaches before the
 *   output, a match past its end, or the data is used up early
 */
export function lzHuffmanDecode(payload: Uint8Array, table: DecodeTable, output: Uint8Array): number {
  const { entries, ordered, ends, starts } = table;
  const tableBits = table.bits | 0;
  const entryShift = (32 - tableBits) | 0;
  const inputEnd = payload.length | 0;
  const outputEnd = output.length | 0;
  let input = (CODE_LENGTHS_BYTES + 4) | 0;
  let produced = 0;
  let buffer =
    ((payload[256] as number) << 16) |
    ((payload[257] as number) << 24) |
    (payload[258] as number) |
    ((payload[259] as number) << 8);
  let spare = 16;

  while (produced < outputEnd) {
    const entry = entries[buffer >>> entryShift] as number;
    let length = entry & 15;
    let symbol = entry >> 4;
    if (length === 0) {
      const code = buffer >>> 17;
      length = tableBits + 1;
      while (code >= (ends[length] as number)) length++;
      symbol = ordered[(starts[length] as number) + (code >>> (MAX_CODE_LENGTH - length))] as number;
    }
    buffer <<= length;
    spare -= length;
    if (spare < 0) {
      // Past the input's end the words read as 0; whether that was legal is decided once, at the end.
      buffer |= ((payload[input] as number) | ((payload[input + 1] as number) << 8)) << -spare;
      spare += 16;
      input += 2;
    }
    if (symbol < 256) {
      output[produced++] = symbol;
      continue;
    }

    let matchLength = (symbol & 15) + 3;
    if (matchLength === 18) {
      const byte = payload[input++] as number;
      if (byte < 255) matchLength = byte + 18;
      else {
        matchLength = ((payload[input] as number) | ((payload[input + 1] as number) << 8)) + 3;
        input += 2;
        if (matchLength < 18) return NO_END;
      }
    }
    const offsetBits = (symbol >> 4) & 15;
    // Two shifts, since shifting a 32-bit number by 32 - 0 would not clear it.
    const offset = (1 << offsetBits) | ((buffer >>> 1) >>> (31 - offsetBits));
    buffer <<= offsetBits;
    spare -= offsetBits;
    if (spare < 0) {
      buffer |= ((payload[input] as number) | ((payload[input + 1] as number) << 8)) << -spare;
      spare += 16;
      input += 2;
    }

    const matchEnd = produced + matchLength;
    if (offset > produced || matchEnd > outputEnd || input > inputEnd) return NO_END;
    copyMatch(output, produced, offset, matchEnd);
    produced = matchEnd;
  }
  if (input > inputEnd) return NO_END;
  // The word behind the end symbol is always zero, so a payload may lack it without being damaged.
  return endsHere(buffer, table, spare) ? Math.min(input + 2, inputEnd) : input;
}

/** True when the next symbol is the end symbol and its bits are the last spare ones, so that one more word follows. */
function endsHere(buffer: number, table: DecodeTable, spare: number): boolean {
  let length = 1;
  while (buffer >>> 17 >= (table.ends[length] as number)) length++;
  const index = (table.starts[length] as number) + (buffer >>> (32 - length));
  return table.ordered[index] === END_SYMBOL && spare < length;
}

/** Long matches that do not overlap are worth the call into the platform; the others are copied here. Measured. */
function copyMatch(output: Uint8Array, start: number, offset: number, end: number): void {
  if (end - start > 64 && offset >= end - start) {
    output.copyWithin(start, start - offset, end - offset);
    return;
  }
  let from = (start - offset) | 0;
  for (let to = start | 0; to < end; to++) output[to] = output[from++] as number;
}
