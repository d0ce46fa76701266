import type { ErrorCode } from "../errors.ts";

/** Verified bytes of the decompressed stream. `bytes` belongs to the consumer. */
export interface BytesSegment {
  readonly kind: "bytes";
  readonly bytes: Uint8Array;
  /** Where these bytes stand in the decompressed stream. */
  readonly outputOffset: number;
  /** Index of the block in its stream, from 0; null for input that was never compressed. */
  readonly block: number | null;
}

/** A hole in the decompressed stream: what is missing, where, and why. */
export interface Gap {
  readonly kind: "gap";
  /** Why: one of the `hu01/…` damage codes. */
  readonly code: ErrorCode;
  /** First damaged byte in the archive, and how many bytes of the archive the damage covers. */
  readonly archiveOffset: number;
  readonly archiveLength: number;
  /** Where the hole stands in the decompressed stream, and how many bytes are missing there. */
  readonly outputOffset: number;
  readonly missingBytes: number;
  /** False when the sizes that would tell were damaged too and `missingBytes` is an estimate. */
  readonly exact: boolean;
}

/** The decompressed stream as it comes out of an archive: good bytes and holes, in order. */
export type Segment = BytesSegment | Gap;
