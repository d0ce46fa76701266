const MAX_BITS = 15;

/**
 * Canonical codes: ordered by (length, symbol), the first one all zeros, most significant bit first.
 *
 * @param lengths one code length (0 … 15) per symbol, forming a complete code
 * @param codes receives each symbol's code in its low `length` bits; 0 where the symbol is unused
 */
export function assignCanonicalCodes(lengths: Uint8Array, codes: Uint16Array): void {
  const next = firstCodes(lengths);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] as number;
    if (length === 0) {
      codes[symbol] = 0;
      continue;
    }
    const code = next[length] as number;
    codes[symbol] = code;
    next[length] = code + 1;
  }
}

/** The first code of every length: the codes of the length before, counted to their end and shifted. */
function firstCodes(lengths: Uint8Array): Int32Array {
  const counts = new Int32Array(MAX_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  const first = new Int32Array(MAX_BITS + 1);
  let code = 0;
  for (let length = 1; length <= MAX_BITS; length++) {
    const shorter = length === 1 ? 0 : (counts[length - 1] as number);
    code = (code + shorter) << 1;
    first[length] = code;
  }
  return first;
}
