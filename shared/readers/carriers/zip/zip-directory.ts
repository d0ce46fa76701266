import { ByteReader } from "../../../bytes/byte-reader.ts";
import type { Limits } from "../../../limits.ts";
import type { CarrierPlace } from "../carrier.ts";
import type { EntryFacts } from "./entry-facts.ts";
import { withZip64 } from "./extra-field.ts";
import { type DirectoryPlace, findDirectories } from "./find-directory.ts";
import { uint16, uint32 } from "./little-endian.ts";

/** What the directory says of an entry. */
export interface ListedEntry extends EntryFacts {
  /** Where its local header stands in the carrier. */
  readonly localOffset: number;
}

const HEADER_SIGNATURE = 0x02014b50;
const HEADER_BYTES = 46;
const DIGITAL_SIGNATURE = 0x05054b50;
const FIRST_CAPACITY = 1024;

/** The entries of a ZIP in the order of their places, held in columns: 40 bytes for each, without its name. */
export class ZipDirectory {
  /** Entries that were not read because of the limit. */
  unreadEntries = 0;
  #count = 0;
  #localOffsets = new Float64Array(FIRST_CAPACITY);
  #compressedBytes = new Float64Array(FIRST_CAPACITY);
  #plainBytes = new Float64Array(FIRST_CAPACITY);
  #crcs = new Uint32Array(FIRST_CAPACITY);
  /** Flags in the lower half, method in the upper. */
  #kinds = new Uint32Array(FIRST_CAPACITY);
  #order = new Uint32Array(0);

  get count(): number {
    return this.#count;
  }

  /** @param rank place among the entries, from 0 for the one nearest to the front */
  entryAt(rank: number): ListedEntry {
    const index = this.#order[rank] as number;
    const kind = this.#kinds[index] as number;
    return {
      localOffset: this.#localOffsets[index] as number,
      flags: kind & 0xffff,
      method: kind >>> 16,
      crc: this.#crcs[index] as number,
      compressedBytes: this.#compressedBytes[index] as number,
      plainBytes: this.#plainBytes[index] as number,
    };
  }

  /** Where an entry's local header stands; infinitely far behind the last one. */
  offsetAt(rank: number): number {
    return rank < this.#count ? (this.#localOffsets[this.#order[rank] as number] as number) : Number.POSITIVE_INFINITY;
  }

  add(entry: ListedEntry): void {
    const index = this.#count++;
    if (index === this.#crcs.length) this.#grow();
    this.#localOffsets[index] = entry.localOffset;
    this.#compressedBytes[index] = entry.compressedBytes;
    this.#plainBytes[index] = entry.plainBytes;
    this.#crcs[index] = entry.crc;
    this.#kinds[index] = entry.flags | (entry.method << 16);
  }

  /** Puts the entries in order; to be called once, when all have been added. */
  sort(): void {
    const offsets = this.#localOffsets;
    this.#order = Uint32Array.from({ length: this.#count }, (_, index) => index);
    let isSorted = true;
    for (let index = 1; index < this.#count; index++) {
      isSorted &&= (offsets[index - 1] as number) <= (offsets[index] as number);
    }
    if (!isSorted) this.#order.sort((a, b) => (offsets[a] as number) - (offsets[b] as number) || a - b);
  }

  #grow(): void {
    const capacity = this.#crcs.length * 2;
    this.#localOffsets = grown(new Float64Array(capacity), this.#localOffsets);
    this.#compressedBytes = grown(new Float64Array(capacity), this.#compressedBytes);
    this.#plainBytes = grown(new Float64Array(capacity), this.#plainBytes);
    this.#crcs = grown(new Uint32Array(capacity), this.#crcs);
    this.#kinds = grown(new Uint32Array(capacity), this.#kinds);
  }
}

function grown<Column extends Float64Array | Uint32Array>(column: Column, old: Column): Column {
  column.set(old);
  return column;
}

/**
 * Reads the central directory by random access from the end of the carrier (APPNOTE.TXT 4.3.12). One that does not
 * stand there whole, from its first entry to the last one announced, is not believed at all.
 *
 * @returns null when there is none that is whole
 */
export async function readZipDirectory(place: CarrierPlace, limits: Limits): Promise<ZipDirectory | null> {
  for (const found of await findDirectories(place)) {
    const directory = await readDirectoryAt(found, place, limits);
    if (directory !== null) return directory;
  }
  return null;
}

async function readDirectoryAt(
  found: DirectoryPlace,
  place: CarrierPlace,
  { maxZipEntries }: Limits,
): Promise<ZipDirectory | null> {
  const directory = new ZipDirectory();
  const reader = new ByteReader(place.openAt(found.offset));
  try {
    for (;;) {
      const signature = uint32(await reader.peek(4), 0);
      if (signature !== HEADER_SIGNATURE) {
        if (!isWhole(found, { entries: directory.count, bytes: reader.offset, signature })) return null;
        break;
      }
      if (directory.count === maxZipEntries) {
        directory.unreadEntries = Math.max(1, found.entries - directory.count);
        break;
      }
      const entry = await readEntry(reader, found.shiftBytes);
      if (entry === null) return null;
      directory.add(entry);
    }
  } finally {
    await reader.close();
  }
  directory.sort();
  return directory;
}

/** Writers without ZIP64 let the number of entries run over; the bytes of the directory tell all the same. */
function isWhole(
  found: DirectoryPlace,
  read: { readonly entries: number; readonly bytes: number; readonly signature: number },
): boolean {
  const entries = found.isCountCut ? read.entries % 0x10000 : read.entries;
  return entries === found.entries && (read.bytes === found.bytes || read.signature === DIGITAL_SIGNATURE);
}

async function readEntry(reader: ByteReader, shiftBytes: number): Promise<ListedEntry | null> {
  const header = await reader.peek(HEADER_BYTES);
  const [nameBytes, extraBytes, commentBytes] = [uint16(header, 28), uint16(header, 30), uint16(header, 32)];
  const length = HEADER_BYTES + nameBytes + extraBytes + commentBytes;
  const bytes = await reader.peek(length);
  if (bytes.length < length) return null;
  const extra = bytes.subarray(HEADER_BYTES + nameBytes, HEADER_BYTES + nameBytes + extraBytes);
  const stated = [uint32(bytes, 24), uint32(bytes, 20), uint32(bytes, 42)];
  const [plainBytes = 0, compressedBytes = 0, localOffset = 0] = withZip64(stated, extra);
  const [flags, method, crc] = [uint16(bytes, 8), uint16(bytes, 10), uint32(bytes, 16)];
  reader.skip(length);
  return { localOffset: localOffset + shiftBytes, flags, method, crc, compressedBytes, plainBytes };
}
