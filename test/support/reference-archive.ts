import { crc32 } from "node:zlib";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { decodeBlockSlowly } from "./reference-decoder.ts";

/** One block as it stands in an archive. */
interface ArchiveBlock {
  readonly plain: Uint8Array;
  readonly stored: boolean;
  readonly payloadBytes: number;
}

/** A well-formed archive taken apart. */
interface Archive {
  readonly header: Uint8Array;
  readonly totalBytes: number;
  readonly blocks: readonly ArchiveBlock[];
  readonly plain: Uint8Array;
}

/** Takes an archive apart with the reference decoder. Throws an Error on anything but a perfect one. */
export function readArchiveSlowly(archive: Uint8Array): Archive {
  const view = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  if (view.toString("latin1", 0, 4) !== "HU01") throw new Error("no HU01 header");
  const headerBytes = view.readUInt32LE(4);
  const totalBytes = view.readUInt32LE(32);
  const blocks: ArchiveBlock[] = [];
  for (let at = headerBytes; at < archive.length; ) {
    if (view.toString("latin1", at, at + 4) !== "SCBH") throw new Error(`no block at ${at}`);
    const [size, plainBytes, crc, payloadBytes] = [4, 8, 12, 16].map((field) => view.readUInt32LE(at + field));
    const start = at + (size as number);
    const payload = archive.subarray(start, start + (payloadBytes as number));
    if (payload.length !== payloadBytes) throw new Error(`block at ${at} is cut off`);
    const stored = payloadBytes === plainBytes;
    const plain = stored ? payload : decodeBlockSlowly(payload, plainBytes as number);
    if (crc32(plain) !== crc) throw new Error(`block at ${at} has another CRC-32`);
    blocks.push({ plain, stored, payloadBytes });
    at = start + payload.length;
  }
  const plain = concatBytes(blocks.map((block) => block.plain));
  if (plain.length !== totalBytes) throw new Error(`header announces ${totalBytes}, blocks have ${plain.length}`);
  return { header: archive.subarray(0, headerBytes), totalBytes, blocks, plain };
}
