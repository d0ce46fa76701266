import { CODES, FREQUENCIES, LENGTHS, PAYLOAD, TOKENS } from "./memory.ts";
import { END_SYMBOL, ESCAPED_LENGTH, MIN_MATCH, matchSymbol, offsetBits, SYMBOL_COUNT, WIDE_LENGTH } from "./token.ts";

/* Counting symbols, sizing and writing the payload, as in ../write-payload.ts. */

const TABLE_BYTES: usize = 256;

/** From TOKENS to FREQUENCIES. @returns how many bytes the matches' lengths add */
export function countSymbols(tokenCount: u32): u32 {
  memory.fill(FREQUENCIES, 0, SYMBOL_COUNT << 2);
  let rawBytes: u32 = 0;
  const end: usize = TOKENS + (tokenCount << 2);
  for (let at: usize = TOKENS; at < end; at += 4) {
    const token = load<u32>(at);
    let symbol = token;
    if (token > 255) {
      symbol = matchSymbol(token);
      const length = token >> 16;
      if (length >= ESCAPED_LENGTH) rawBytes += length < WIDE_LENGTH ? 1 : 3;
    }
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

function writeTokens(tokenCount: u32): void {
  let slot: usize = PAYLOAD + TABLE_BYTES;
  let nextSlot: usize = slot + 2;
  let end: usize = slot + 4;
  let accumulator: u32 = 0;
  let pending: u32 = 0;
  const stop: usize = TOKENS + (tokenCount << 2);

  for (let at: usize = TOKENS; at < stop; at += 4) {
    const token = load<u32>(at);
    const symbol = token < END_SYMBOL ? token : matchSymbol(token);
    const code = load<u32>(CODES + (symbol << 2));
    accumulator = (accumulator << (code & 0xffff)) | (code >> 16);
    pending += code & 0xffff;
    if (pending > 16) {
      pending -= 16;
      store<u16>(slot, u16(accumulator >> pending));
      slot = nextSlot;
      nextSlot = end;
      end += 2;
    }
    if (token < END_SYMBOL) continue;

    const length = token >> 16;
    if (length >= ESCAPED_LENGTH) end = writeLength(end, length);
    const offset = token & 0xffff;
    const extraBits = offsetBits(offset);
    accumulator = (accumulator << extraBits) | (offset ^ (1 << extraBits));
    pending += extraBits;
    if (pending > 16) {
      pending -= 16;
      store<u16>(slot, u16(accumulator >> pending));
      slot = nextSlot;
      nextSlot = end;
      end += 2;
    }
  }

  const code = load<u32>(CODES + (END_SYMBOL << 2));
  accumulator = (accumulator << (code & 0xffff)) | (code >> 16);
  pending += code & 0xffff;
  if (pending > 16) {
    pending -= 16;
    store<u16>(slot, u16(accumulator >> pending));
    slot = nextSlot;
    nextSlot = end;
  }
  store<u16>(slot, u16(accumulator << (16 - pending)));
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
