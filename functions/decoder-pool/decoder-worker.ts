import { parentPort } from "node:worker_threads";
import { ArchiveError } from "../../shared/errors.ts";
import type { BatchedBlock, BlockBatch } from "../../shared/hu01/decode-ahead.ts";
import { type DecodedBlock, decodeBlock } from "../../shared/hu01/decode-block.ts";

/** What the pool sends. The batch's bytes are shared: they stay as they are until the answer. */
export interface DecodeRequest {
  readonly id: number;
  readonly batch: BlockBatch;
}

/** What comes back. */
export interface DecodeResponse {
  readonly id: number;
  /** The decompressed bytes of all blocks, one behind the other; a block that did not decode leaves its place unused. */
  readonly bytes: Uint8Array;
  /** Two numbers for each block of the batch: payload bytes that were needed, or -1; and 1 when it is stored. */
  readonly facts: Int32Array;
}

parentPort?.on("message", ({ id, batch }: DecodeRequest) => {
  const outputBytes = batch.blocks.reduce((sum, block) => sum + block.decompressedBytes, 0);
  const bytes = Buffer.allocUnsafeSlow(outputBytes);
  const facts = new Int32Array(2 * batch.blocks.length);
  let end = 0;
  for (const [index, block] of batch.blocks.entries()) {
    const start = end;
    end += block.decompressedBytes;
    const decoded = decodeOne(batch.bytes, block, bytes.subarray(start, end));
    facts[2 * index] = decoded?.consumed ?? -1;
    facts[2 * index + 1] = decoded?.stored ? 1 : 0;
  }
  // Moved, not copied: whoever asked owns them from here on.
  parentPort?.postMessage({ id, bytes, facts } satisfies DecodeResponse, [bytes.buffer as ArrayBuffer]);
});

function decodeOne(bytes: Uint8Array, block: BatchedBlock, target: Uint8Array): DecodedBlock | null {
  const { payloadOffset, payloadBytes, decompressedBytes, crc } = block;
  try {
    return decodeBlock(bytes.subarray(payloadOffset, payloadOffset + payloadBytes), decompressedBytes, crc, target);
  } catch (error) {
    if (error instanceof ArchiveError) return null;
    throw error;
  }
}
