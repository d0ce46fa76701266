import type { Gap, Segment } from "../bytes/segment.ts";
import type { BlockHeader } from "./block-header.ts";
import type { FileHeader } from "./file-header.ts";

/** A stream begins. `header` is null when blocks were found whose file header is lost. */
export interface StreamStart {
  readonly kind: "stream-start";
  /** Index in the archive, from 0. */
  readonly index: number;
  readonly archiveOffset: number;
  readonly header: FileHeader | null;
}

/** A block was decoded; its bytes follow as a segment. */
export interface BlockDecoded {
  readonly kind: "block";
  /** Index in the stream, from 0; lost blocks are not counted where their number is unknown. */
  readonly index: number;
  readonly archiveOffset: number;
  /** Bytes in the archive, header included. */
  readonly archiveLength: number;
  /** The header as it stands; where `repaired`, some of its fields are wrong. */
  readonly header: BlockHeader;
  readonly decompressedBytes: number;
  readonly stored: boolean;
  readonly verified: boolean;
  readonly repaired: boolean;
}

/** Bytes of the archive that belong to no stream. */
export interface Foreign {
  readonly kind: "foreign";
  readonly archiveOffset: number;
  readonly length: number;
  /** Block headers in them whose blocks did not prove themselves: more than 0 means that data may be lost here. */
  readonly unproven: number;
}

/** A stream is over. Sizes in decompressed bytes. */
export interface StreamEnd {
  readonly kind: "stream-end";
  readonly index: number;
  readonly archiveLength: number;
  /** What the header announces; what was found, when there is no header. */
  readonly declaredBytes: number;
  readonly decodedBytes: number;
  readonly missingBytes: number;
  /** Verified bytes beyond the announced total. */
  readonly excessBytes: number;
}

/** What decoding an archive tells, in the order of the archive. */
export type ArchiveEvent = StreamStart | BlockDecoded | Segment | Foreign | StreamEnd;

/** Damage found where a block was expected: how far it reaches and what it took. */
export type Damage = Pick<Gap, "code" | "archiveLength" | "missingBytes" | "exact">;
