/**
 * The codec of a coded block once more, written from the format description alone and for the eye, not the
 * clock: bit by bit, one code at a time, every rule a line of its own. The fast decoder has to agree with it.
 */

/** Decodes the payload of one coded block. Throws an Error on anything the format does not allow. */
export function decodeBlockSlowly(payload: Uint8Array, decompressedBytes: number): Uint8Array {
  if (payload.length < 260) throw new Error("payload is shorter than its table and two words");
  const codebook = readCodebook(payload);
  const reader = new WordReader(payload, 256);
  const output = new Uint8Array(decompressedBytes);
  let produced = 0;

  while (produced < decompressedBytes) {
    const symbol = readSymbol(reader, codebook);
    if (symbol < 256) {
      output[produced++] = symbol;
      continue;
    }
    const offsetBits = (symbol - 256) >> 4;
    const length = readLength(reader, (symbol - 256) & 15);
    const offset = 2 ** offsetBits + readBits(reader, offsetBits);
    if (offset > produced) throw new Error("a match begins before the block");
    if (produced + length > decompressedBytes) throw new Error("a match runs past the block's end");
    for (let i = 0; i < length; i++, produced++) output[produced] = output[produced - offset] ?? 0;
  }
  return output;
}

/**
 * True when the payload ends as encoders end it: after the last byte the end symbol, then nothing but zero bits
 * up to the payload's last byte. Decoders must not ask for it; encoders must write it.
 */
export function endsAsWritten(payload: Uint8Array, decompressedBytes: number): boolean {
  const codebook = readCodebook(payload);
  const reader = new WordReader(payload, 256);
  let produced = 0;
  while (produced < decompressedBytes) {
    const symbol = readSymbol(reader, codebook);
    if (symbol < 256) {
      produced++;
      continue;
    }
    produced += readLength(reader, (symbol - 256) & 15);
    readBits(reader, (symbol - 256) >> 4);
  }
  return readSymbol(reader, codebook) === 256 && reader.isAtEndWithZeros();
}

/** Codes as text, "0110" → symbol. */
type Codebook = ReadonlyMap<string, number>;

function readCodebook(payload: Uint8Array): Codebook {
  const symbols: { symbol: number; length: number }[] = [];
  for (let symbol = 0; symbol < 512; symbol++) {
    const byte = payload[symbol >> 1] ?? 0;
    const length = symbol % 2 === 0 ? byte & 15 : byte >> 4;
    if (length > 0) symbols.push({ symbol, length });
  }
  const kraftSum = symbols.reduce((sum, { length }) => sum + 2 ** -length, 0);
  if (kraftSum !== 1) throw new Error("the code lengths do not form a complete code");

  symbols.sort((a, b) => a.length - b.length || a.symbol - b.symbol);
  const codebook = new Map<string, number>();
  let code = 0;
  let previousLength = symbols[0]?.length ?? 0;
  for (const { symbol, length } of symbols) {
    code *= 2 ** (length - previousLength);
    codebook.set(code.toString(2).padStart(length, "0"), symbol);
    code++;
    previousLength = length;
  }
  return codebook;
}

function readSymbol(reader: WordReader, codebook: Codebook): number {
  let code = "";
  for (;;) {
    code += reader.peekBit(code.length);
    const symbol = codebook.get(code);
    if (symbol !== undefined) {
      reader.consume(code.length);
      return symbol;
    }
  }
}

function readBits(reader: WordReader, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value = value * 2 + reader.peekBit(i);
  reader.consume(count);
  return value;
}

function readLength(reader: WordReader, nibble: number): number {
  if (nibble < 15) return nibble + 3;
  const byte = reader.readByte();
  if (byte < 255) return byte + 18;
  const word = reader.readByte() + 256 * reader.readByte();
  if (word < 15) throw new Error("a wide length is smaller than its escape");
  return word + 3;
}

/** Two words of bits ahead of a byte cursor; a third is fetched only when fewer than 16 bits remain. */
class WordReader {
  readonly #bytes: Uint8Array;
  #cursor: number;
  #bits: number[] = [];

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#cursor = start;
    this.#fetchWord();
    this.#fetchWord();
  }

  peekBit(index: number): number {
    const bit = this.#bits[index];
    if (bit === undefined) throw new Error("a code runs past the bits at hand");
    return bit;
  }

  /** Drops the next bits; the 32 bits at hand are never fewer than 16 afterwards. */
  consume(count: number): void {
    this.#bits = this.#bits.slice(count);
    if (this.#bits.length < 16) this.#fetchWord();
  }

  readByte(): number {
    const byte = this.#bytes[this.#cursor++];
    if (byte === undefined) throw new Error("the payload ends early");
    return byte;
  }

  isAtEndWithZeros(): boolean {
    return this.#cursor === this.#bytes.length && this.#bits.every((bit) => bit === 0);
  }

  #fetchWord(): void {
    const word = this.readByte() + 256 * this.readByte();
    for (let bit = 15; bit >= 0; bit--) this.#bits.push((word >> bit) & 1);
  }
}
