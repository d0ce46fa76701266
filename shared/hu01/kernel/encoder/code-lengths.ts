import { FREQUENCIES, IS_COIN, LENGTHS, MERGED, PACKAGES, SORTED } from "./memory.ts";
import { SYMBOL_COUNT } from "./token.ts";

/* Package-merge, as in ../../code-lengths.ts. */

const MAX_BITS: u32 = 15;
const ROW: u32 = 1024;

/** From FREQUENCIES to LENGTHS. At least two symbols are used: the first literal and the end symbol. */
export function assignCodeLengths(): void {
  const used = sortUsedSymbols();
  mergeRows(used);
  spendCoins(used);
}

/** Keys of frequency and symbol are all different, so any sort gives the same order. */
function sortUsedSymbols(): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < SYMBOL_COUNT; symbol++) {
    const frequency = load<u32>(FREQUENCIES + (symbol << 2));
    store<u32>(SORTED + (used << 2), (frequency << 9) | symbol);
    used += u32(frequency > 0);
  }
  for (let gap: u32 = 256; gap > 0; gap = gap === 2 ? 1 : (gap * 5) / 11) sortWithGap(used, gap);
  return used;
}

function sortWithGap(used: u32, gap: u32): void {
  const step = gap << 2;
  for (let i = gap; i < used; i++) {
    const key = load<u32>(SORTED + (i << 2));
    let hole: usize = SORTED + (i << 2);
    while (hole >= SORTED + step && load<u32>(hole - step) > key) {
      store<u32>(hole, load<u32>(hole - step));
      hole -= step;
    }
    store<u32>(hole, key);
  }
}

function mergeRows(used: u32): void {
  let packed: u32 = 0;
  for (let row = MAX_BITS; row-- > 0; ) {
    const size = mergeRow(used, packed, IS_COIN + row * ROW);
    packed = size >> 1;
    for (let i: u32 = 0; i < packed; i++) {
      const pair = MERGED + (i << 3);
      store<u32>(PACKAGES + (i << 2), load<u32>(pair) + load<u32>(pair, 4));
    }
  }
}

function mergeRow(used: u32, packed: u32, flags: usize): u32 {
  const size = used + packed;
  // A price beyond all others behind each row, so that neither has to be asked whether it has ended.
  store<u32>(SORTED + (used << 2), u32.MAX_VALUE);
  store<u32>(PACKAGES + (packed << 2), u32.MAX_VALUE);
  let coin: usize = SORTED;
  let pack: usize = PACKAGES;
  let coinPrice = load<u32>(coin) >> 9;
  let packPrice = load<u32>(pack);
  for (let i: u32 = 0; i < size; i++) {
    const takeCoin = coinPrice <= packPrice;
    store<u32>(MERGED + (i << 2), takeCoin ? coinPrice : packPrice);
    store<u8>(flags + i, u8(takeCoin));
    coin += usize(takeCoin) << 2;
    pack += usize(!takeCoin) << 2;
    coinPrice = load<u32>(coin) >> 9;
    packPrice = load<u32>(pack);
  }
  return size;
}

function spendCoins(used: u32): void {
  memory.fill(LENGTHS, 0, SYMBOL_COUNT);
  let taken: u32 = 2 * used - 2;
  for (let row: u32 = 0; row < MAX_BITS && taken > 0; row++) {
    let coins: u32 = 0;
    for (let i: u32 = 0; i < taken; i++) coins += load<u8>(IS_COIN + row * ROW + i);
    for (let i: u32 = 0; i < coins; i++) {
      const length = LENGTHS + (load<u32>(SORTED + (i << 2)) & (SYMBOL_COUNT - 1));
      store<u8>(length, load<u8>(length) + 1);
    }
    taken = 2 * (taken - coins);
  }
}
