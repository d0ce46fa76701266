import { concatBytes } from "./byte-source.ts";

/** Undoes a Content-Transfer-Encoding piece by piece. Never throws: what cannot be decoded is passed over or kept. */
export interface TransferDecoder {
  /** @returns what is complete so far; may be a view of `bytes` */
  write(bytes: Uint8Array): Uint8Array;
  /** @returns the rest */
  end(): Uint8Array;
}

const NOTHING = new Uint8Array(0);
const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;

/** Decoder for the (lower-case) encoding of a part; anything but base64 and quoted-printable is passed through. */
export function createTransferDecoder(encoding: string): TransferDecoder {
  if (encoding === "base64") return new Base64Decoder();
  if (encoding === "quoted-printable") return new QuotedPrintableDecoder();
  return { write: (bytes) => bytes, end: () => NOTHING };
}

/** Decodes base64 at once; characters outside the alphabet are passed over (RFC 2045 6.8). */
export function decodeBase64(bytes: Uint8Array): Uint8Array {
  return decodeWhole(new Base64Decoder(), bytes);
}

/** Decodes quoted-printable at once. */
export function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  return decodeWhole(new QuotedPrintableDecoder(), bytes);
}

function decodeWhole(decoder: TransferDecoder, bytes: Uint8Array): Uint8Array {
  return concatBytes([decoder.write(bytes), decoder.end()]);
}

const BASE64_VALUES = new Int8Array(256).fill(-1);
for (const [value, char] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  BASE64_VALUES[char.charCodeAt(0)] = value;
}

class Base64Decoder implements TransferDecoder {
  #bits = 0;
  #count = 0;

  write(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(Math.ceil((bytes.length * 3) / 4) + 3);
    let length = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i] as number;
      const value = BASE64_VALUES[byte] as number;
      if (value >= 0) {
        this.#bits = (this.#bits << 6) | value;
        this.#count += 1;
        if (this.#count === 4) {
          out[length] = this.#bits >> 16;
          out[length + 1] = this.#bits >> 8;
          out[length + 2] = this.#bits;
          length += 3;
          this.#reset();
        }
      } else if (byte === EQUALS) {
        // Padding ends a run; data behind it is another run (two encoded files pasted together).
        for (const last of this.#flush()) out[length++] = last;
      }
    }
    return out.subarray(0, length);
  }

  end(): Uint8Array {
    return Uint8Array.from(this.#flush());
  }

  #flush(): readonly number[] {
    const bits = this.#bits;
    const count = this.#count;
    this.#reset();
    if (count === 2) return [(bits >> 4) & 0xff];
    return count === 3 ? [(bits >> 10) & 0xff, (bits >> 2) & 0xff] : [];
  }

  #reset(): void {
    this.#bits = 0;
    this.#count = 0;
  }
}

/** Longest run of blanks held back to see whether it ends a line; beyond it the blanks are data. */
const MAX_HELD_BYTES = 1024;

/** Holds back what cannot be judged yet: an unfinished `=` escape and blanks that may end a line (RFC 2045 6.7 (3)). */
class QuotedPrintableDecoder implements TransferDecoder {
  #held: number[] = [];

  write(bytes: Uint8Array): Uint8Array {
    const input = this.#held.length === 0 ? bytes : concatBytes([Uint8Array.from(this.#held), bytes]);
    const out = new Uint8Array(input.length);
    let length = 0;
    let at = 0;
    while (at < input.length) {
      const byte = input[at] as number;
      if (byte !== EQUALS && byte !== 0x20 && byte !== 0x09) {
        out[length++] = byte;
        at += 1;
        continue;
      }
      const token = byte === EQUALS ? readEscape(input, at) : readBlanks(input, at);
      if (token === null) break;
      for (const decoded of token.value) out[length++] = decoded;
      at = token.end;
    }
    this.#held = [...input.subarray(at)];
    return out.subarray(0, length);
  }

  end(): Uint8Array {
    const rest = this.#held;
    this.#held = [];
    const isSoftBreak =
      rest[0] === EQUALS && rest.slice(1).every((byte) => byte === CR || byte === 0x20 || byte === 0x09);
    const isBlank = rest.every((byte) => byte === 0x20 || byte === 0x09);
    return isSoftBreak || isBlank ? NOTHING : Uint8Array.from(rest);
  }
}

interface Token {
  readonly end: number;
  readonly value: readonly number[];
}

/** `=XX`, or a soft line break with blanks before the line end; null when more bytes are needed. */
function readEscape(input: Uint8Array, at: number): Token | null {
  const high = hexValue(input[at + 1]);
  const low = hexValue(input[at + 2]);
  if (high >= 0 && low >= 0) return { end: at + 3, value: [high * 16 + low] };
  if (high >= 0 && at + 2 >= input.length) return null;
  let end = skipBlanks(input, at + 1);
  if (input[end] === CR) end += 1;
  if (end >= input.length) return null;
  if (input[end] === LF) return { end: end + 1, value: [] };
  return { end: at + 1, value: [EQUALS] };
}

/** A run of blanks, dropped before a line end; null when more bytes are needed. */
function readBlanks(input: Uint8Array, at: number): Token | null {
  const end = skipBlanks(input, at);
  const isTooLong = end - at === MAX_HELD_BYTES;
  if (end >= input.length && !isTooLong) return null;
  const endsLine = !isTooLong && (input[end] === LF || input[end] === CR);
  return { end, value: endsLine ? [] : [...input.subarray(at, end)] };
}

function skipBlanks(input: Uint8Array, from: number): number {
  let end = from;
  while ((input[end] === 0x20 || input[end] === 0x09) && end - from < MAX_HELD_BYTES) end += 1;
  return end;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
