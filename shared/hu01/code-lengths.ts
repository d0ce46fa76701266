/**
 * Optimal code lengths under a limit: package-merge (Larmore and Hirschberg, 1990).
 *
 * Every symbol offers one coin of each width 2^-1 … 2^-maxBits, priced at the symbol's frequency; buying n - 1
 * whole units as cheaply as possible buys every symbol exactly as many coins as its code has bits. From the
 * narrowest width up, coins are packed in pairs ("packages") and merged by price with the coins of the next width.
 * What is surprising is how little has to be remembered: of each merged row only whether an entry is a coin or a
 * package, because the coins stand in price order in every row, so "how many of the first m" says which.
 */

const SYMBOLS = 512;
const MAX_BITS = 15;
const ROW = 2 * SYMBOLS;

/** frequency × 512 + symbol: sorts by price, then by symbol, so equal prices never depend on the sort used. */
const sorted = new Float64Array(SYMBOLS);
const packages = new Float64Array(ROW);
const merged = new Float64Array(ROW);
const isCoin = new Uint8Array(MAX_BITS * ROW);

/**
 * Code lengths that spend the fewest bits on the given frequencies with no code longer than `maxBits`.
 * The code is always complete (Kraft sum 1): with fewer than two used symbols, unused ones join with one bit.
 *
 * @param frequencies how often each of up to 512 symbols occurs; each below 2^32
 * @param lengths receives one length per symbol, 0 where the symbol is unused
 * @param maxBits longest code allowed, 9 … 15 (9 bits always suffice for 512 symbols)
 */
export function assignCodeLengths(frequencies: Uint32Array, lengths: Uint8Array, maxBits = MAX_BITS): void {
  lengths.fill(0);
  const used = sortUsedSymbols(frequencies);
  if (used < 2) {
    assignTrivialCode(lengths, used);
    return;
  }
  mergeRows(used, maxBits);
  spendCoins(lengths, used, maxBits);
}

function sortUsedSymbols(frequencies: Uint32Array): number {
  let used = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    const frequency = frequencies[symbol] as number;
    if (frequency > 0) sorted[used++] = frequency * SYMBOLS + symbol;
  }
  sorted.subarray(0, used).sort();
  return used;
}

function assignTrivialCode(lengths: Uint8Array, used: number): void {
  const only = used === 1 ? (sorted[0] as number) % SYMBOLS : 0;
  lengths[only] = 1;
  lengths[only === 0 ? 1 : 0] = 1;
}

/** Builds every row from the narrowest coins up, and notes for each entry whether it is a coin. */
function mergeRows(used: number, maxBits: number): void {
  let packed = 0;
  for (let row = maxBits - 1; row >= 0; row--) {
    const size = mergeRow(used, packed, row * ROW);
    packed = size >> 1;
    for (let i = 0; i < packed; i++) packages[i] = (merged[2 * i] as number) + (merged[2 * i + 1] as number);
  }
}

function mergeRow(used: number, packed: number, flags: number): number {
  const size = used + packed;
  let coin = 0;
  let pack = 0;
  for (let i = 0; i < size; i++) {
    const takeCoin = pack === packed || (coin < used && coinPrice(coin) <= (packages[pack] as number));
    merged[i] = takeCoin ? coinPrice(coin++) : (packages[pack++] as number);
    isCoin[flags + i] = takeCoin ? 1 : 0;
  }
  return size;
}

function coinPrice(coin: number): number {
  return Math.floor((sorted[coin] as number) / SYMBOLS);
}

/** Takes the 2n - 2 cheapest entries of the widest row, opens their packages in the next row, and so on down. */
function spendCoins(lengths: Uint8Array, used: number, maxBits: number): void {
  let taken = 2 * used - 2;
  for (let row = 0; row < maxBits && taken > 0; row++) {
    let coins = 0;
    for (let i = 0; i < taken; i++) coins += isCoin[row * ROW + i] as number;
    for (let i = 0; i < coins; i++) {
      const symbol = (sorted[i] as number) % SYMBOLS;
      lengths[symbol] = (lengths[symbol] as number) + 1;
    }
    taken = 2 * (taken - coins);
  }
}
