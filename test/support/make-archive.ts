import { crc32 } from "node:zlib";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { encodePayload } from "../../shared/hu01/encode-payload.ts";

export interface MakeArchiveOptions {
  /** GUID in text form. */
  readonly itemId?: string;
  readonly puid?: bigint;
  /** Decompressed bytes per block, at most 65 536 for coded blocks. */
  readonly blockBytes?: number;
  /** Write every block stored, whatever its size. */
  readonly stored?: boolean;
  /** Size of the file header, 36 or more. */
  readonly headerBytes?: number;
  /** `zero`: leave the CRC field of every block 0, "not computed". */
  readonly crc?: "real" | "zero";
}

const DEFAULT_ITEM_ID = "6f1d2c3b-4a59-4e87-9b10-203040506070";

/** A whole valid HU01 file that decompresses to `plain`. */
export function makeArchive(plain: Uint8Array, options: MakeArchiveOptions = {}): Uint8Array {
  const blockBytes = options.blockBytes ?? 65_536;
  const parts = [makeFileHeader(plain.length, options)];
  for (let offset = 0; offset < plain.length; offset += blockBytes) {
    parts.push(...makeBlocks(plain.subarray(offset, offset + blockBytes), options));
  }
  return concatBytes(parts);
}

/** The file header alone; `total` is the decompressed size that it announces. */
export function makeFileHeader(total: number, options: MakeArchiveOptions = {}): Uint8Array {
  const header = Buffer.alloc(options.headerBytes ?? 40);
  header.write("HU01", 0, "latin1");
  header.writeUInt32LE(header.length, 4);
  const [a = "", b = "", c = "", d = "", e = ""] = (options.itemId ?? DEFAULT_ITEM_ID).split("-");
  header.writeUInt32LE(Number.parseInt(a, 16), 8);
  header.writeUInt16LE(Number.parseInt(b, 16), 12);
  header.writeUInt16LE(Number.parseInt(c, 16), 14);
  header.write(d + e, 16, "hex");
  header.writeBigUInt64LE(options.puid ?? 0n, 24);
  header.writeUInt32LE(total, 32);
  return new Uint8Array(header);
}

/** One block: header and payload. `plain` is what the header's size and CRC describe. */
export function makeBlock(plain: Uint8Array, payload: Uint8Array, crc: "real" | "zero" = "real"): Uint8Array {
  const header = Buffer.alloc(20);
  header.write("SCBH", 0, "latin1");
  header.writeUInt32LE(20, 4);
  header.writeUInt32LE(plain.length, 8);
  header.writeUInt32LE(crc === "real" ? crc32(plain) : 0, 12);
  header.writeUInt32LE(payload.length, 16);
  return concatBytes([new Uint8Array(header), payload]);
}

function makeBlocks(plain: Uint8Array, options: MakeArchiveOptions): Uint8Array[] {
  if (options.stored) return [makeBlock(plain, plain, options.crc)];
  const payload = makePayload(plain);
  if (payload.length < plain.length && payload.length > 260) return [makeBlock(plain, payload, options.crc)];
  const blocks: Uint8Array[] = [];
  for (let offset = 0; offset < plain.length; offset += 2047) {
    const piece = plain.subarray(offset, offset + 2047);
    blocks.push(makeBlock(piece, piece, options.crc));
  }
  return blocks;
}

/** The coded payload of 1 … 65 536 bytes, even where it is larger than they are. */
export function makePayload(plain: Uint8Array): Uint8Array {
  return encodePayload(plain, "default");
}
