import { buildDecodeTable, createDecodeTable } from "./huffman-table.ts";
import { lzHuffmanDecode, NO_END } from "./lz-huffman-decode.ts";

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

/** The decoder in plain TypeScript: the readable reference, and the fallback where there is no WebAssembly. */
export const decodePayload: PayloadDecoder = (payload, decompressedBytes, target) => {
  if (!buildDecodeTable(payload, table)) return TABLE_INVALID;
  const bytes = target ?? new Uint8Array(decompressedBytes);
  const consumed = lzHuffmanDecode(payload, table, bytes);
  return consumed === NO_END ? INVALID : { bytes, consumed };
};
