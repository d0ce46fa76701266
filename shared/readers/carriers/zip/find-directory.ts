import { ByteReader } from "../../../bytes/byte-reader.ts";
import { collectBytes } from "../../../bytes/byte-source.ts";
import type { CarrierPlace } from "../carrier.ts";
import { uint16, uint32, uint64 } from "./little-endian.ts";

/** Where a central directory may stand, and what the end record says of it. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly bytes: number;
  readonly entries: number;
  /** The number of entries is known by its lowest 16 bits only. */
  readonly isCountCut: boolean;
  /** What stands before the ZIP's own first byte: to be added to its offsets. */
  readonly shiftBytes: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_BYTES = 56;
/** A comment may hold the signature by chance; one full of it is no ZIP to wait for. */
const MAX_END_RECORDS = 4;

/** Finds end records (APPNOTE.TXT 4.3.16, 4.3.14), the last one first, and tells where each puts its directory. */
export async function findDirectories(place: CarrierPlace): Promise<readonly DirectoryPlace[]> {
  const size = await place.size();
  const start = Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES - ZIP64_LOCATOR_BYTES - ZIP64_END_BYTES);
  const tail = new Tail(await collectBytes(place.openAt(start)), start);
  const found: DirectoryPlace[] = [];
  let records = 0;
  for (let at = tail.bytes.length - END_BYTES; at >= 0 && records < MAX_END_RECORDS; at--) {
    if (!tail.isEndRecord(at)) continue;
    records++;
    found.push(...placesOf(await tail.endAt(at, place)));
  }
  return found;
}

/** What the end record, or its ZIP64 form, says. */
interface EndRecord {
  /** Offset in the carrier of what follows the directory. */
  readonly endOffset: number;
  /** False when bytes follow that are no part of it. */
  readonly isLast: boolean;
  readonly entries: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
  readonly isCountCut: boolean;
}

/**
 * It ends where the end record begins; what lies between it and the offset it states was put in front of the ZIP. A ZIP
 * with something in front and behind is not believed to be one: it stands inside another that is broken off.
 */
function placesOf(end: EndRecord): DirectoryPlace[] {
  const { directoryBytes, directoryOffset } = end;
  const common = { bytes: directoryBytes, entries: end.entries, isCountCut: end.isCountCut };
  const offset = end.endOffset - directoryBytes;
  const shiftBytes = offset - directoryOffset;
  if (shiftBytes !== 0 && !end.isLast) return [];
  const candidates = [{ ...common, offset, shiftBytes }];
  if (shiftBytes !== 0) candidates.push({ ...common, offset: directoryOffset, shiftBytes: 0 });
  return candidates.filter((place) => place.shiftBytes >= 0 && place.offset >= 0 && place.offset <= offset);
}

/** The last bytes of a carrier. */
class Tail {
  readonly bytes: Uint8Array;
  readonly #start: number;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.#start = start;
  }

  /** Bytes behind its comment are no reason to refuse it. */
  isEndRecord(at: number): boolean {
    return (
      uint32(this.bytes, at) === END_SIGNATURE && at + END_BYTES + uint16(this.bytes, at + 20) <= this.bytes.length
    );
  }

  async endAt(at: number, place: CarrierPlace): Promise<EndRecord> {
    const locator = at - ZIP64_LOCATOR_BYTES;
    const isLast = at + END_BYTES + uint16(this.bytes, at + 20) === this.bytes.length;
    if (locator >= 0 && uint32(this.bytes, locator) === ZIP64_LOCATOR_SIGNATURE) {
      const zip64 = await this.#zip64EndBy(locator, place);
      if (zip64 !== null) return { ...zip64, isLast };
    }
    return {
      endOffset: this.#start + at,
      isLast,
      entries: uint16(this.bytes, at + 10),
      directoryBytes: uint32(this.bytes, at + 12),
      directoryOffset: uint32(this.bytes, at + 16),
      isCountCut: true,
    };
  }

  async #zip64EndBy(locator: number, place: CarrierPlace): Promise<Omit<EndRecord, "isLast"> | null> {
    const stated = uint64(this.bytes, locator + 8);
    const candidates = [this.#start + locator - ZIP64_END_BYTES, stated];
    for (const endOffset of candidates) {
      const record = await this.#bytesAt(endOffset, place);
      if (uint32(record, 0) !== ZIP64_END_SIGNATURE || record.length < ZIP64_END_BYTES) continue;
      const [entries, directoryBytes, directoryOffset] = [uint64(record, 32), uint64(record, 40), uint64(record, 48)];
      return { endOffset, entries, directoryBytes, directoryOffset, isCountCut: false };
    }
    return null;
  }

  async #bytesAt(offset: number, place: CarrierPlace): Promise<Uint8Array> {
    if (offset >= this.#start) return this.bytes.subarray(offset - this.#start, offset - this.#start + ZIP64_END_BYTES);
    const reader = new ByteReader(place.openAt(Math.max(0, offset)));
    try {
      return (await reader.peek(ZIP64_END_BYTES)).slice();
    } finally {
      await reader.close();
    }
  }
}
