import { crc32, deflateRawSync } from "node:zlib";
import { concatBytes } from "../../shared/bytes/byte-source.ts";

/** One entry of a ZIP, and how it is written. */
export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly content: Uint8Array;
  readonly isStored?: boolean;
  /** Bits beside those that the rest asks for. */
  readonly flags?: number;
  /** What is said, whatever is done. */
  readonly method?: number;
  /** Its sizes stand behind it: with a signature, without one, or in 64 bits. */
  readonly descriptor?: "signed" | "bare" | "long";
  /** Sizes and offset stand in a ZIP64 field. */
  readonly isZip64?: boolean;
  /** Extra field of both headers. */
  readonly extra?: Uint8Array;
  readonly comment?: string;
  /** Left out of the directory. */
  readonly isUnlisted?: boolean;
}

/** A ZIP in parts. */
export interface ZipParts {
  /** For each entry its header, its data and its descriptor. */
  readonly entries: readonly (readonly Uint8Array[])[];
  readonly directory: readonly Uint8Array[];
  readonly end: Uint8Array;
}

const SIZES_IN_ZIP64 = 0xffffffff;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Little-endian numbers of the widths of a pattern: `2` and `4` and `8` bytes. */
export function packed(widths: string, values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc([...widths].reduce((sum, width) => sum + Number(width), 0));
  let at = 0;
  for (const [index, width] of [...widths].entries()) {
    if (width === "8") bytes.writeBigUInt64LE(BigInt(values[index] ?? 0), at);
    else bytes.writeUIntLE((values[index] ?? 0) % 2 ** (8 * Number(width)), at, Number(width));
    at += Number(width);
  }
  return new Uint8Array(bytes);
}

/** An extra field. */
export function extraField(id: number, data: Uint8Array): Uint8Array {
  return concatBytes([packed("22", [id, data.length]), data]);
}

/** A ZIP of some entries, by hand: tests say exactly what it is to look like. */
export function makeZip(entries: readonly ZipEntry[], comment = ""): Uint8Array {
  return joinZip(zipParts(entries, { comment }));
}

export function joinZip({ entries, directory, end }: ZipParts): Uint8Array {
  return concatBytes([...entries.flat(), ...directory, end]).slice();
}

/** @param settings.shift added to all offsets */
export function zipParts(
  entries: readonly ZipEntry[],
  settings: { readonly comment?: string; readonly shift?: number; readonly isZip64?: boolean } = {},
): ZipParts {
  let offset = settings.shift ?? 0;
  const written: Uint8Array[][] = [];
  const directory: Uint8Array[] = [];
  for (const entry of entries) {
    const facts = factsOf(entry);
    const parts = [localHeader(entry, facts), facts.data, descriptor(entry, facts)];
    if (entry.isUnlisted !== true) directory.push(directoryHeader(entry, facts, offset));
    written.push(parts);
    offset += sum(parts);
  }
  const place = { count: directory.length, bytes: sum(directory), offset };
  return { entries: written, directory, end: endRecords(place, settings) };
}

interface Facts {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly crc: number;
  readonly flags: number;
  readonly method: number;
}

function factsOf(entry: ZipEntry): Facts {
  const { name, content, isStored = false, flags = 0, descriptor } = entry;
  return {
    name: typeof name === "string" ? utf8(name) : name,
    data: isStored ? content : new Uint8Array(deflateRawSync(content)),
    crc: crc32(content),
    flags: flags | (descriptor === undefined ? 0 : 8),
    method: entry.method ?? (isStored ? 0 : 8),
  };
}

function localHeader(entry: ZipEntry, { name, data, crc, flags, method }: Facts): Uint8Array {
  const known = entry.descriptor === undefined;
  const zip64 =
    entry.isZip64 === true ? extraField(1, packed("88", known ? [entry.content.length, data.length] : [0, 0])) : null;
  const extra = concatBytes([entry.extra ?? new Uint8Array(0), zip64 ?? new Uint8Array(0)]);
  const sizes =
    zip64 !== null ? [SIZES_IN_ZIP64, SIZES_IN_ZIP64] : known ? [data.length, entry.content.length] : [0, 0];
  const fields = [0x04034b50, 20, flags, method, 0, 0x21, known ? crc : 0, ...sizes, name.length, extra.length];
  return concatBytes([packed("42222244422", fields), name, extra]);
}

function descriptor({ descriptor, content }: ZipEntry, { crc, data }: Facts): Uint8Array {
  if (descriptor === undefined) return new Uint8Array(0);
  const sizes = [data.length, content.length];
  if (descriptor === "bare") return packed("444", [crc, ...sizes]);
  return packed(descriptor === "long" ? "4488" : "4444", [0x08074b50, crc, ...sizes]);
}

function directoryHeader(entry: ZipEntry, { name, data, crc, flags, method }: Facts, offset: number): Uint8Array {
  const zip64 = extraField(1, packed("888", [entry.content.length, data.length, offset]));
  const extra = concatBytes([entry.extra ?? new Uint8Array(0), entry.isZip64 === true ? zip64 : new Uint8Array(0)]);
  const [compressed, plain, place] =
    entry.isZip64 === true
      ? [SIZES_IN_ZIP64, SIZES_IN_ZIP64, SIZES_IN_ZIP64]
      : [data.length, entry.content.length, offset];
  const comment = utf8(entry.comment ?? "");
  const lengths = [name.length, extra.length, comment.length];
  const fields = [0x02014b50, 45, 20, flags, method, 0, 0x21, crc, compressed, plain, ...lengths, 0, 0, 0, place];
  return concatBytes([packed("42222224442222244", fields as number[]), name, extra, comment]);
}

/** The end of a ZIP, in the form of ZIP64 too where that is wanted or needed. */
export function endRecords(
  directory: { readonly count: number; readonly bytes: number; readonly offset: number },
  settings: { readonly comment?: string; readonly isZip64?: boolean } = {},
): Uint8Array {
  const { count, bytes, offset } = directory;
  const comment = utf8(settings.comment ?? "");
  const isZip64 = settings.isZip64 === true;
  const [shownCount, shownBytes, shownOffset] = isZip64
    ? [0xffff, 0xffffffff, 0xffffffff]
    : [count & 0xffff, bytes, offset];
  const end = packed("42222442", [0x06054b50, 0, 0, shownCount, shownCount, shownBytes, shownOffset, comment.length]);
  const record = packed("4822448888", [0x06064b50, 44, 45, 45, 0, 0, count, count, bytes, offset]);
  const locator = packed("4484", [0x07064b50, 0, offset + bytes, 1]);
  return concatBytes([...(isZip64 ? [record, locator] : []), end, comment]);
}

function sum(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, { length }) => total + length, 0);
}
