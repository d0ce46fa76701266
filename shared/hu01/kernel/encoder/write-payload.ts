import { CODES, FREQUENCIES, LENGTHS, PAYLOAD, TOKENS } from "./memory.ts";
import { END_SYMBOL, ESCAPED_LENGTH, MIN_MATCH, offsetBits, SYMBOL_COUNT, tokenSymbol, WIDE_LENGTH } from "./token.ts";

/* Counting symbols, sizing and writing the payload, as in ../../write-payload.ts. */

const TABLE_BYTES: usize = 256;

/** From TOKENS to FREQUENCIES. @returns how many bytes the matches' lengths add */
export function countSymbols(tokenCount: u32): u32 {
  memory.fill(FREQUENCIES, 0, SYMBOL_COUNT << 2);
  let rawBytes: u32 = 0;
  const end: usize = TOKENS + (tokenCount << 2);
  for (let at: usize = TOKENS; at < end; at += 4) {
    const token = load<u32>(at);
    const symbol = tokenSymbol(token);
    rawBytes += u32(token >= ESCAPED_LENGTH << 16) + (u32(token >= WIDE_LENGTH << 16) << 1);
    const frequency: usize = FREQUENCIES + (symbol << 2);
    store<u32>(frequency, load<u32>(frequency) + 1);
  }
  store<u32>(FREQUENCIES + (END_SYMBOL << 2), load<u32>(FREQUENCIES + (END_SYMBOL << 2)) + 1);
  return rawBytes;
}

/** The exact size of the payload, from FREQUENCIES and LENGTHS. */
export function payloadSize(rawBytes: u32): u32 {
  let bits: u32 = 0;
  for (let symbol: u32 = 0; symbol < SYMBOL_COUNT; symbol++) {
    const extraBits = symbol < END_SYMBOL ? 0 : (symbol - END_SYMBOL) >> 4;
    bits += load<u32>(FREQUENCIES + (symbol << 2)) * (load<u8>(LENGTHS + symbol) + extraBits);
  }
  return u32(TABLE_BYTES) + 2 * ((bits + 15) >> 4) + 2 + rawBytes;
}

export function writePayload(tokenCount: u32): void {
  for (let i: usize = 0; i < TABLE_BYTES; i++) {
    const pair = LENGTHS + (i << 1);
    store<u8>(PAYLOAD + i, load<u8>(pair) | (load<u8>(pair, 1) << 4));
  }
  assignCanonicalCodes();
  writeTokens(tokenCount);
}

/** From LENGTHS to CODES: code in the high half, its length in the low half. */
function assignCanonicalCodes(): void {
  let code: u32 = 0;
  for (let length: u32 = 1; length <= 15; length++) {
    code <<= 1;
    for (let symbol: u32 = 0; symbol < SYMBOL_COUNT; symbol++) {
      if (load<u8>(LENGTHS + symbol) !== length) continue;
      store<u32>(CODES + (symbol << 2), (code++ << 16) | length);
    }
  }
}

/**
 * A token's code and offset bits go into a 64-bit accumulator together (a literal has none of the latter), and one
 * word at most is left to write after each: whether it is full cannot be foreseen, so it is written in any case and
 * the slots move on only if it was. Raw length bytes, which stand between code and offset, are the exception.
 */
function writeTokens(tokenCount: u32): void {
  let slot: usize = PAYLOAD + TABLE_BYTES;
  let nextSlot: usize = slot + 2;
  let end: usize = slot + 4;
  let accumulator: u64 = 0;
  let pending: u32 = 0;
  const stop: usize = TOKENS + (tokenCount << 2);

  for (let at: usize = TOKENS; at < stop; at += 4) {
    const token = load<u32>(at);
    const code = load<u32>(CODES + (tokenSymbol(token) << 2));
    accumulator = (accumulator << u64(code & 0xffff)) | u64(code >> 16);
    pending += code & 0xffff;
    if (token >= ESCAPED_LENGTH << 16) {
      if (pending > 16) {
        pending -= 16;
        store<u16>(slot, u16(accumulator >> u64(pending)));
        slot = nextSlot;
        nextSlot = end;
        end += 2;
      }
      end = writeLength(end, token >> 16);
    }
    const offset: u32 = select<u32>(1, token & 0xffff, token < END_SYMBOL);
    const extraBits = offsetBits(offset);
    accumulator = (accumulator << u64(extraBits)) | u64(offset ^ (1 << extraBits));
    pending += extraBits;
    if (pending > 32) {
      pending -= 16;
      store<u16>(slot, u16(accumulator >> u64(pending)));
      slot = nextSlot;
      nextSlot = end;
      end += 2;
    }
    const isFull = u32(pending > 16);
    store<u16>(slot, u16(accumulator >> u64(pending - 16)));
    pending -= isFull << 4;
    slot = select(nextSlot, slot, isFull);
    nextSlot = select(end, nextSlot, isFull);
    end += usize(isFull) << 1;
  }

  const code = load<u32>(CODES + (END_SYMBOL << 2));
  accumulator = (accumulator << u64(code & 0xffff)) | u64(code >> 16);
  pending += code & 0xffff;
  if (pending > 16) {
    pending -= 16;
    store<u16>(slot, u16(accumulator >> u64(pending)));
    slot = nextSlot;
    nextSlot = end;
  }
  store<u16>(slot, u16(accumulator << u64(16 - pending)));
  store<u16>(nextSlot, 0);
}

function writeLength(end: usize, length: u32): usize {
  if (length < WIDE_LENGTH) {
    store<u8>(end, u8(length - ESCAPED_LENGTH));
    return end + 1;
  }
  store<u8>(end, 0xff);
  store<u16>(end, u16(length - MIN_MATCH), 1);
  return end + 3;
}
