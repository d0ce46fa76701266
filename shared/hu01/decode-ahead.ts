import type { ByteReader } from "../bytes/byte-reader.ts";
import type { Limits } from "../limits.ts";
import { isBlockHeader, NOMINAL_BLOCK_BYTES, parseBlockHeader } from "./block-header.ts";
import type { DecodedBlock } from "./decode-block.ts";
import { hasFileMagic, readU32 } from "./file-header.ts";

/** Where a block stands in a batch, and what its header says. */
export interface BatchedBlock {
  /** The payload in the batch's bytes. */
  readonly payloadOffset: number;
  readonly payloadBytes: number;
  readonly decompressedBytes: number;
  readonly crc: number;
}

/** Blocks that stand one behind the other in an archive. */
export interface BlockBatch {
  /** The stretch of the archive, to be copied: the view is valid until the call that it is given to returns. */
  readonly bytes: Uint8Array;
  readonly blocks: readonly BatchedBlock[];
}

/** Another place to decode blocks: other threads. Its home is outside shared/, since threads are. */
export interface BlockDecoder {
  /** Batches that keep it busy, and the most that are ever under way for one archive. */
  readonly maxBatches: number;
  /** Decompressed bytes of an archive from which on it is worth its start. */
  readonly minOutputBytes: number;
  /** Never rejects. */
  decode(batch: BlockBatch): Promise<DecodedBatch>;
}

/** A batch that was decoded. Its blocks wait where they were decoded until they are taken. */
export interface DecodedBatch {
  /**
   * @returns the block of that index in the batch; it belongs to the caller. Null if it did not decode, for whatever
   *   reason: the caller decodes it once more and sees why
   */
  take(index: number): DecodedBlock | null;
  /** Nothing more will be taken. */
  release(): void;
}

/** Eight full blocks: a millisecond of work, against some ten microseconds for handing it over. */
const BATCH_OUTPUT_BYTES = 8 * NOMINAL_BLOCK_BYTES;
/** Blocks that decompress to very little cost more to hand over than to decode. */
const MAX_BATCH_BLOCKS = 128;
/** Enough for eight full blocks, coded or not, and for the largest one that the default limits allow. */
const BATCH_WINDOW_BYTES = 9 * NOMINAL_BLOCK_BYTES;

interface BatchUnderWay {
  /** Where the blocks stand in the archive, in order. */
  readonly archiveOffsets: readonly number[];
  readonly decoded: Promise<DecodedBatch>;
}

/**
 * Has the blocks of an archive decoded before they are asked for, as far as headers can be followed from one to the
 * next. A block's bytes follow from the archive's bytes at its offset alone, so what is ready is what decoding it there
 * and then would give, and whoever asks at another offset than was foreseen, because of damage, gets nothing and loses
 * nothing.
 */
export class DecodeAhead {
  readonly #decoder: BlockDecoder;
  readonly #limits: Limits;
  readonly #underWay: BatchUnderWay[] = [];
  #plannedOffset = 0;
  #isWorthIt = false;

  constructor(decoder: BlockDecoder, limits: Limits) {
    this.#decoder = decoder;
    this.#limits = limits;
  }

  /** Tells how large the archive is at least, in decompressed bytes. It may be a false claim: nothing is lost then. */
  expect(outputBytes: number): void {
    this.#isWorthIt ||= outputBytes >= this.#decoder.minOutputBytes;
  }

  /** The block at the reader's offset, or null when it is not ready and the caller is to decode it. */
  async take(reader: ByteReader): Promise<DecodedBlock | null> {
    if (!this.#isWorthIt) return null;
    this.#forget(reader.offset);
    await this.#plan(reader);
    const batch = this.#underWay[0];
    const index = batch?.archiveOffsets.indexOf(reader.offset) ?? -1;
    return batch === undefined || index < 0 ? null : (await batch.decoded).take(index);
  }

  /** Drops the batches that end before an offset. */
  #forget(archiveOffset: number): void {
    const isPassed = (batch: BatchUnderWay | undefined) =>
      (batch?.archiveOffsets.at(-1) ?? archiveOffset) < archiveOffset;
    while (isPassed(this.#underWay[0])) this.#underWay.shift()?.decoded.then((decoded) => decoded.release());
  }

  async #plan(reader: ByteReader): Promise<void> {
    while (this.#underWay.length < this.#decoder.maxBatches) {
      const from = Math.max(0, this.#plannedOffset - reader.offset);
      const window = await reader.prefetch(from + BATCH_WINDOW_BYTES);
      const { batch, archiveOffsets, end } = followBlocks(window, from, reader.offset, this.#limits);
      if (batch.blocks.length === 0) return;
      this.#plannedOffset = reader.offset + end;
      this.#underWay.push({ archiveOffsets, decoded: this.#decoder.decode(batch) });
    }
  }
}

/** A batch of the whole blocks that stand in `window` from `from` on; headers of streams may stand between them. */
function followBlocks(window: Uint8Array, from: number, windowOffset: number, limits: Limits) {
  const blocks: BatchedBlock[] = [];
  const archiveOffsets: number[] = [];
  let outputBytes = 0;
  let end = from;
  for (let at = from; blocks.length < MAX_BATCH_BLOCKS; at = end) {
    if (hasFileMagic(window, at, limits.maxFileHeaderBytes)) at += readU32(window, at + 4);
    if (!isBlockHeader(window, at, limits)) break;
    const { headerBytes, decompressedBytes, compressedBytes, crc } = parseBlockHeader(window, at);
    const payloadOffset = at + headerBytes - from;
    outputBytes += decompressedBytes;
    if (payloadOffset + compressedBytes > window.length - from || outputBytes > BATCH_OUTPUT_BYTES) break;
    blocks.push({ payloadOffset, payloadBytes: compressedBytes, decompressedBytes, crc });
    archiveOffsets.push(windowOffset + at);
    end = at + headerBytes + compressedBytes;
  }
  return { batch: { bytes: window.subarray(from, end), blocks }, archiveOffsets, end };
}
