import { maxPayloadBytes, NOMINAL_BLOCK_BYTES } from "./block-header.ts";
import { buildDecodeTable, createDecodeTable } from "./huffman-table.ts";
import { lzHuffmanDecode, NO_END, OUTPUT_SLACK } from "./lz-huffman-decode.ts";

/** A decoded payload. */
export interface DecodedPayload {
  /** `target`, or newly allocated; belongs to the caller. */
  readonly bytes: Uint8Array;
  /** Payload bytes used, a closing end symbol included. */
  readonly consumed: number;
}

/** The data does not fit the size: an offset, a length or its end is impossible. */
export const INVALID = "invalid";
/** The code lengths do not form a complete code. */
export const TABLE_INVALID = "table-invalid";

/**
 * Decodes a coded payload of at least 260 bytes to the given size.
 *
 * @param target where the bytes go; as long as they are. Undefined after a failure
 */
export type PayloadDecoder = (
  payload: Uint8Array,
  decompressedBytes: number,
  target?: Uint8Array,
) => DecodedPayload | typeof INVALID | typeof TABLE_INVALID;

const table = createDecodeTable();
let scratch = createScratch(maxPayloadBytes(NOMINAL_BLOCK_BYTES), NOMINAL_BLOCK_BYTES);

/** The decoder in plain TypeScript: the readable reference, and the fallback where there is no WebAssembly. */
export const decodePayload: PayloadDecoder = (payload, decompressedBytes, target) => {
  if (!buildDecodeTable(payload, table)) return TABLE_INVALID;
  if (payload.length > scratch.payloadBytes || decompressedBytes > scratch.blockBytes) {
    const payloadBytes = Math.max(payload.length, scratch.payloadBytes);
    scratch = createScratch(payloadBytes, Math.max(decompressedBytes, scratch.blockBytes));
  }
  scratch.payload.set(payload);
  const consumed = lzHuffmanDecode(scratch.input, payload.length, table, scratch.output, decompressedBytes);
  if (consumed === NO_END) return INVALID;
  if (target === undefined) return { bytes: scratch.block.slice(0, decompressedBytes), consumed };
  target.set(scratch.block.subarray(0, decompressedBytes));
  return { bytes: target, consumed };
};

/** Room for a payload and a block, and for what the decoder reads and writes behind them. */
function createScratch(payloadBytes: number, blockBytes: number) {
  const payload = new Uint8Array(payloadBytes + maxPayloadBytes(blockBytes));
  const block = new Uint8Array(blockBytes + OUTPUT_SLACK);
  const [input, output] = [new DataView(payload.buffer), new DataView(block.buffer)];
  return { payloadBytes, blockBytes, payload, block, input, output };
}
