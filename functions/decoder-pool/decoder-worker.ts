import { parentPort } from "node:worker_threads";
import { ArchiveError } from "../../shared/errors.ts";
import type { BatchedBlock } from "../../shared/hu01/decode-ahead.ts";
import { type DecodedBlock, decodeBlock } from "../../shared/hu01/decode-block.ts";

/** Memory that goes to a thread and comes back, so that neither side leaves any behind. */
export interface Slot {
  /** A stretch of an archive at its front. */
  readonly input: ArrayBuffer;
  /** The decompressed bytes of its blocks, one behind the other; what did not decode leaves its place undefined. */
  readonly output: ArrayBuffer;
}

/** What the pool sends. */
export interface DecodeRequest extends Slot {
  readonly id: number;
  readonly blocks: readonly BatchedBlock[];
}

/** What comes back. */
export interface DecodeResponse extends Slot {
  readonly id: number;
  /** Two numbers for each block: payload bytes that were needed, or -1; and 1 when it is stored. */
  readonly facts: Int32Array;
}

parentPort?.on("message", ({ id, input, output, blocks }: DecodeRequest) => {
  const facts = new Int32Array(2 * blocks.length);
  let end = 0;
  for (const [index, block] of blocks.entries()) {
    const target = new Uint8Array(output, end, block.decompressedBytes);
    end += block.decompressedBytes;
    const decoded = decodeOne(input, block, target);
    facts[2 * index] = decoded?.consumed ?? -1;
    facts[2 * index + 1] = decoded?.stored ? 1 : 0;
  }
  parentPort?.postMessage({ id, input, output, facts } satisfies DecodeResponse, [input, output]);
});

function decodeOne(input: ArrayBuffer, block: BatchedBlock, target: Uint8Array): DecodedBlock | null {
  const { payloadOffset, payloadBytes, decompressedBytes, crc } = block;
  try {
    return decodeBlock(new Uint8Array(input, payloadOffset, payloadBytes), decompressedBytes, crc, target);
  } catch (error) {
    if (error instanceof ArchiveError) return null;
    throw error;
  }
}
