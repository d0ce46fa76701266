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
  /** Three numbers for each block: payload bytes that were needed, or -1; 1 when it is stored; where its bytes begin. */
  readonly facts: Int32Array;
}

parentPort?.on("message", ({ id, input, output, blocks }: DecodeRequest) => {
  const facts = new Int32Array(3 * blocks.length);
  let end = 0;
  for (const [index, block] of blocks.entries()) {
    const decoded = decodeOne(input, block, new Uint8Array(output, end, block.decompressedBytes));
    facts.set([decoded?.consumed ?? -1, decoded?.stored ? 1 : 0, end], 3 * index);
    end += block.decompressedBytes;
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
