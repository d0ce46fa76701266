import { assignCanonicalCodes } from "./canonical-codes.ts";
import {
  END_SYMBOL,
  ESCAPED_LENGTH,
  lengthBytes,
  offsetBits,
  SYMBOL_COUNT,
  tokenSymbol,
  WIDE_LENGTH,
} from "./token.ts";

/*
 * The payload of a coded block: a table of 512 code lengths, then codes and raw length bytes in one stream.
 *
 * Two streams in one is what is surprising here. Bits travel in 16-bit words, and a reader is always one to two
 * words ahead of its byte cursor; a raw byte lies at that cursor. So the writer keeps two slots reserved for
 * words whose bits are still to come, and appends raw bytes behind them. A word moves out as soon as, and only
 * when, a seventeenth bit arrives: the same moment at which the reader fetches the next one.
 */

const TABLE_BYTES = SYMBOL_COUNT / 2;
const codes = new Uint16Array(SYMBOL_COUNT);

/** Counts the symbols of a parsed block, the end symbol once included. */
export function countSymbols(tokens: Uint32Array, tokenCount: number, frequencies: Uint32Array): void {
  frequencies.fill(0);
  for (let i = 0; i < tokenCount; i++) {
    const symbol = tokenSymbol(tokens[i] as number);
    frequencies[symbol] = (frequencies[symbol] as number) + 1;
  }
  frequencies[END_SYMBOL] = (frequencies[END_SYMBOL] as number) + 1;
}

/** The exact size in bytes that writePayload gives to a block with these counts and code lengths. */
export function payloadSize(
  tokens: Uint32Array,
  tokenCount: number,
  frequencies: Uint32Array,
  lengths: Uint8Array,
): number {
  let bits = 0;
  for (let symbol = 0; symbol < SYMBOL_COUNT; symbol++) {
    const extraBits = symbol < END_SYMBOL ? 0 : (symbol - END_SYMBOL) >> 4;
    bits += (frequencies[symbol] as number) * ((lengths[symbol] as number) + extraBits);
  }
  let rawBytes = 0;
  for (let i = 0; i < tokenCount; i++) rawBytes += lengthBytes((tokens[i] as number) >>> 16);
  // The end symbol has no offset bits because 256 stands for offset 1. The last slot stays empty.
  return TABLE_BYTES + 2 * Math.ceil(bits / 16) + 2 + rawBytes;
}

/**
 * Writes a block's payload.
 *
 * @param tokens the parsed block; the end symbol is added here
 * @param lengths 512 code lengths of a complete code that covers every symbol of the tokens and the end symbol
 * @param payload receives the payload; exactly `payloadSize(…)` bytes long
 */
export function writePayload(tokens: Uint32Array, tokenCount: number, lengths: Uint8Array, payload: Uint8Array): void {
  writeTable(lengths, payload);
  assignCanonicalCodes(lengths, codes);
  writeTokens(tokens, tokenCount, lengths, codes, payload);
}

function writeTable(lengths: Uint8Array, payload: Uint8Array): void {
  for (let i = 0; i < TABLE_BYTES; i++) {
    payload[i] = (lengths[2 * i] as number) | ((lengths[2 * i + 1] as number) << 4);
  }
}

function writeTokens(
  tokens: Uint32Array,
  tokenCount: number,
  lengths: Uint8Array,
  codes: Uint16Array,
  payload: Uint8Array,
): void {
  let slot = TABLE_BYTES;
  let nextSlot = TABLE_BYTES + 2;
  let end = TABLE_BYTES + 4;
  // The newest `pending` (0 … 16) bits of the accumulator are not written yet; older ones above them are stale.
  let accumulator = 0;
  let pending = 0;

  for (let i = 0; i <= tokenCount; i++) {
    const token = i < tokenCount ? (tokens[i] as number) : END_SYMBOL;
    const symbol = i < tokenCount ? tokenSymbol(token) : END_SYMBOL;
    const codeBits = lengths[symbol] as number;
    accumulator = (accumulator << codeBits) | (codes[symbol] as number);
    pending = (pending + codeBits) | 0;
    if (pending > 16) {
      pending = (pending - 16) | 0;
      payload[slot] = accumulator >>> pending;
      payload[slot + 1] = accumulator >>> (pending + 8);
      slot = nextSlot;
      nextSlot = end;
      end = (end + 2) | 0;
    }
    if (symbol < END_SYMBOL || i === tokenCount) continue;

    const length = token >>> 16;
    if (length >= ESCAPED_LENGTH) end = writeLength(payload, end, length);
    const offset = token & 0xffff;
    const extraBits = offsetBits(offset);
    accumulator = (accumulator << extraBits) | (offset ^ (1 << extraBits));
    pending = (pending + extraBits) | 0;
    if (pending > 16) {
      pending = (pending - 16) | 0;
      payload[slot] = accumulator >>> pending;
      payload[slot + 1] = accumulator >>> (pending + 8);
      slot = nextSlot;
      nextSlot = end;
      end = (end + 2) | 0;
    }
  }

  accumulator <<= 16 - pending;
  payload[slot] = accumulator;
  payload[slot + 1] = accumulator >>> 8;
  payload[nextSlot] = 0;
  payload[nextSlot + 1] = 0;
}

/** One byte with length - 18, or 0xFF and the 16-bit length - 3. Returns the new end. */
function writeLength(payload: Uint8Array, end: number, length: number): number {
  if (length < WIDE_LENGTH) {
    payload[end] = length - ESCAPED_LENGTH;
    return end + 1;
  }
  payload[end] = 0xff;
  payload[end + 1] = length - 3;
  payload[end + 2] = (length - 3) >>> 8;
  return end + 3;
}
