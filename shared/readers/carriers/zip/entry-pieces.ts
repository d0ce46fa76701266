import { findZipLocalHeader } from "../../../payload/zip-header.ts";
import type { CarrierInput } from "../carrier-input.ts";
import { uint32, uint64 } from "./little-endian.ts";

/** What must come out of an entry. */
export interface Proof {
  readonly crc: number;
  readonly plainBytes: number;
}

const PIECE_BYTES = 65_536;
const LOCAL_SIGNATURE = 0x04034b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
/** The longest descriptor: signature, CRC and two sizes of 64 bits (APPNOTE.TXT 4.3.9). */
const MAX_DESCRIPTOR_BYTES = 24;
const SHORT_DESCRIPTOR_BYTES = 16;
const P = 0x50;

/** The nearest offset, not before the given one, where another entry is said to stand: its bytes are not this one's. */
export type NextOffset = (from: number) => number;

/** Carries the data of an entry of known length, which is cut off where another entry begins. */
export async function* carryLength(
  input: CarrierInput,
  length: number,
  nextOffset: NextOffset,
): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0; ) {
    const stop = nextOffset(input.offset);
    if (stop === input.offset && uint32(await input.peek(4), 0) === LOCAL_SIGNATURE) return;
    const room = stop === input.offset ? nextOffset(input.offset + 1) - input.offset : stop - input.offset;
    const piece = (await input.peek(Math.min(left, PIECE_BYTES, room))).slice();
    if (piece.length === 0) return;
    input.passCarried(piece.length);
    left -= piece.length;
    yield piece;
  }
}

/**
 * Carries the data of an entry whose sizes stand behind it, in a descriptor that names the very number of bytes before
 * it. Deflated data ends at the next header too, when its descriptor is lost.
 *
 * @param until offset where it must end
 * @param onProof told what the descriptor says, once it has been found
 */
export async function* carryToDescriptor(
  input: CarrierInput,
  { endsAtHeader, until }: { readonly endsAtHeader: boolean; readonly until: number },
  onProof: (proof: Proof) => void,
): AsyncGenerator<Uint8Array> {
  const start = input.offset;
  for (;;) {
    const window = await input.peek(Math.min(PIECE_BYTES, Math.max(0, until - input.offset)));
    const isLast = window.length < PIECE_BYTES;
    const scan = scanWindow(window, { passedBytes: input.offset - start, endsAtHeader, isLast });
    const piece = window.slice(0, scan.length);
    input.passCarried(piece.length);
    if (scan.proof !== null) onProof(scan.proof);
    if (piece.length > 0) yield piece;
    if (scan.isOver) return;
  }
}

/** What is kept back for the next window: a descriptor that is cut off, with the signature behind it. */
const MAX_HELD_BYTES = MAX_DESCRIPTOR_BYTES + 4;

/** How much of a window is data of the entry. */
interface Scan {
  readonly length: number;
  readonly isOver: boolean;
  readonly proof: Proof | null;
}

interface WindowFacts {
  /** Data of the entry before the window. */
  readonly passedBytes: number;
  readonly endsAtHeader: boolean;
  readonly isLast: boolean;
}

function scanWindow(window: Uint8Array, { passedBytes, endsAtHeader, isLast }: WindowFacts): Scan {
  const header = endsAtHeader ? findZipLocalHeader(window) : -1;
  for (let at = window.indexOf(P); at >= 0; at = window.indexOf(P, at + 1)) {
    const found = descriptorBy(window, at, passedBytes);
    if (found !== null) return { ...found, isOver: true };
    if (at === header) return { length: at, isOver: true, proof: null };
  }
  if (!isLast) return { length: window.length - MAX_HELD_BYTES, isOver: false, proof: null };
  const found = bareDescriptorBefore(window, window.length, passedBytes);
  return { length: window.length, proof: null, ...found, isOver: true };
}

/** Data that ends in this window, and what the descriptor behind it says. */
interface DescribedEnd {
  readonly length: number;
  readonly proof: Proof;
}

/** A descriptor, which begins with the signature that stands here, or has none and ends before that of a header. */
function descriptorBy(window: Uint8Array, at: number, passedBytes: number): DescribedEnd | null {
  const signature = uint32(window, at);
  if (signature === DESCRIPTOR_SIGNATURE) return descriptorAt(window, at, passedBytes);
  const isHeader = signature === LOCAL_SIGNATURE || signature === DIRECTORY_SIGNATURE;
  return isHeader ? bareDescriptorBefore(window, at, passedBytes) : null;
}

function descriptorAt(window: Uint8Array, at: number, passedBytes: number): DescribedEnd | null {
  const short = describedEnd(window, { length: at, crcAt: at + 4, sizeBytes: 4 }, passedBytes);
  const long = describedEnd(window, { length: at, crcAt: at + 4, sizeBytes: 8 }, passedBytes);
  // A long one looks like a short one too, but for what follows it.
  return short !== null && (long === null || window[at + SHORT_DESCRIPTOR_BYTES] === P) ? short : long;
}

function bareDescriptorBefore(window: Uint8Array, end: number, passedBytes: number): DescribedEnd | null {
  for (const sizeBytes of [4, 8] as const) {
    const length = end - 4 - 2 * sizeBytes;
    const found = length < 0 ? null : describedEnd(window, { length, crcAt: length, sizeBytes }, passedBytes);
    if (found !== null) return found;
  }
  return null;
}

function describedEnd(
  window: Uint8Array,
  { length, crcAt, sizeBytes }: { readonly length: number; readonly crcAt: number; readonly sizeBytes: 4 | 8 },
  passedBytes: number,
): DescribedEnd | null {
  const [compressedBytes, plainBytes] = sizesAt(window, crcAt + 4, sizeBytes);
  return compressedBytes === passedBytes + length
    ? { length, proof: { crc: uint32(window, crcAt), plainBytes } }
    : null;
}

function sizesAt(window: Uint8Array, at: number, sizeBytes: 4 | 8): readonly [compressed: number, plain: number] {
  return sizeBytes === 4 ? [uint32(window, at), uint32(window, at + 4)] : [uint64(window, at), uint64(window, at + 8)];
}
