import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from "node:zlib";
import { gunzipSync as fflateGunzipSync } from "fflate";
import { parseBlockHeader } from "../../shared/hu01/block-header.ts";
import { decodeBlock } from "../../shared/hu01/decode-block.ts";
import { decodePayload } from "../../shared/hu01/decode-payload.ts";
import { encode, sum } from "./bench-encode.ts";
import { interleave, ratio } from "./interleave.ts";

const FILE_HEADER_BYTES = 40;

export interface DecodeResult {
  readonly mbps: number;
  readonly vsGunzip: number;
  readonly vsFflate: number;
  readonly vsBrotli: number;
  /** The plain TypeScript decoder, which is the fallback where there is no WebAssembly, without CRC-32. */
  readonly typescriptVsGunzip: number;
}

/** One thread, whole calls: allocation, decoding and CRC-32 of every file, beside other formats of the same data. */
export async function benchDecode(files: readonly Uint8Array[], rounds: number): Promise<DecodeResult> {
  const archives = await Promise.all(files.map((file) => encode(file, "default")));
  const gzips = files.map((file) => gzipSync(file));
  const brotlis = files.map((file) => brotliCompressSync(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }));
  const mbps = await interleave(sum(files.map((file) => file.length)), rounds, {
    hu01: () => archives.map((archive) => walkBlocks(archive, decodeBlock)),
    typescript: () => archives.map((archive) => walkBlocks(archive, decodeInTypeScript)),
    gunzip: () => gzips.map((gzip) => gunzipSync(gzip)),
    fflate: () => gzips.map((gzip) => fflateGunzipSync(gzip)),
    brotli: () => brotlis.map((brotli) => brotliDecompressSync(brotli)),
  });
  return {
    mbps: mbps.hu01,
    vsGunzip: ratio(mbps.hu01, mbps.gunzip),
    vsFflate: ratio(mbps.hu01, mbps.fflate),
    vsBrotli: ratio(mbps.hu01, mbps.brotli),
    typescriptVsGunzip: ratio(mbps.typescript, mbps.gunzip),
  };
}

type BlockStep = (payload: Uint8Array, decompressedBytes: number, crc: number) => unknown;

const decodeInTypeScript: BlockStep = (payload, decompressedBytes, crc) =>
  payload.length === decompressedBytes
    ? decodeBlock(payload, decompressedBytes, crc)
    : decodePayload(payload, decompressedBytes);

/** The synchronous way through an archive that is known to be whole. */
function walkBlocks(archive: Uint8Array, decode: BlockStep): void {
  for (let at = FILE_HEADER_BYTES; at < archive.length; ) {
    const { headerBytes, compressedBytes, decompressedBytes, crc } = parseBlockHeader(archive, at);
    const start = at + headerBytes;
    at = start + compressedBytes;
    decode(archive.subarray(start, at), decompressedBytes, crc);
  }
}
