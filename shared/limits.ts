/**
 * Every ceiling of the conversion, with its default and the attack or accident that it stops. Reaching one is
 * always visible on the result; nothing is dropped silently.
 */
export interface Limits {
  /** Decompressed bytes one block may announce. Stops a header from making the decoder allocate gigabytes. */
  readonly maxBlockBytes: number;
  /** Bytes of a file header (real ones have 40) and of a block header (real ones have 20). */
  readonly maxFileHeaderBytes: number;
  readonly maxBlockHeaderBytes: number;
  /**
   * Decompressed bytes of all HU01 streams of one job: the hard stop for a decompression bomb. The gzip files and ZIP
   * members of the job have as many beside it.
   */
  readonly maxOutputBytes: number;
  /** Items (written, duplicate or skipped) of one job. Stops an archive of a billion empty parts. */
  readonly maxItems: number;
  /** A message up to this size is held in memory, so that its damage is known before it is named. */
  readonly maxBufferedItemBytes: number;
  /** Bytes looked at to tell what a payload is. */
  readonly maxSniffBytes: number;
  /** Bytes of one header block of a message. Stops an 18 MB header from being parsed as text. */
  readonly maxHeaderBytes: number;
  /** MIME parts of one message, nesting of multiparts, and nesting of message/rfc822 in each other. */
  readonly maxMimeParts: number;
  readonly maxMimeDepth: number;
  readonly maxNestedMessages: number;
  /** Decoded bytes of one calendar or contact part; a larger one stays in its message only. */
  readonly maxPimPartBytes: number;
  /** Decoded bytes of all calendar and contact parts of one message, which are held until its .eml is written. */
  readonly maxHeldPimBytes: number;
  /** Files made from one calendar or contact part (one per UID or card). */
  readonly maxObjectsPerPart: number;
  /** Nesting of Sync XML, and elements of one of its items. Stops a tree from filling the memory. */
  readonly maxXmlDepth: number;
  readonly maxXmlElements: number;
  /** Characters of one item of Sync XML, which is held in memory. */
  readonly maxSyncItemBytes: number;
  /** Bytes of Sync items that wait, all together, for later changes to them. */
  readonly maxHeldSyncBytes: number;
  /** Nesting of carriers (a ZIP in a ZIP). Stops a file that contains itself. */
  readonly maxCarrierDepth: number;
  /**
   * Bytes that one compressed byte of a gzip file or ZIP member may become, once `minBombBytes` have come; likewise for
   * all of them together and the bytes of the archive. Stops a decompression bomb; mail and XML stay below 50.
   */
  readonly maxMemberRatio: number;
  readonly minBombBytes: number;
  /** Bytes of a HAR file, which is held in memory. */
  readonly maxHarBytes: number;
  /** Files that a ZIP lists, of which 40 bytes each are held in memory. */
  readonly maxZipEntries: number;
  /**
   * Bytes before packing, files, and packs (one mbox for each folder) of one shard of packed output, which ends before
   * the item that would exceed them. Keeps objects portable, and what a store and a ZIP directory hold in memory small.
   */
  readonly maxPackBytes: number;
  readonly maxPackEntries: number;
  readonly maxOpenPacks: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxBlockBytes: 131_072,
  maxFileHeaderBytes: 65_536,
  maxBlockHeaderBytes: 4_096,
  maxOutputBytes: 200 * 1024 ** 3,
  maxItems: 10_000_000,
  maxBufferedItemBytes: 16 * 1024 ** 2,
  maxSniffBytes: 65_536,
  maxHeaderBytes: 2 * 1024 ** 2,
  maxMimeParts: 10_000,
  maxMimeDepth: 64,
  maxNestedMessages: 5,
  maxPimPartBytes: 8 * 1024 ** 2,
  maxHeldPimBytes: 16 * 1024 ** 2,
  maxObjectsPerPart: 100_000,
  maxXmlDepth: 64,
  maxXmlElements: 100_000,
  maxSyncItemBytes: 32 * 1024 ** 2,
  maxHeldSyncBytes: 64 * 1024 ** 2,
  maxCarrierDepth: 6,
  maxMemberRatio: 200,
  minBombBytes: 16 * 1024 ** 2,
  maxHarBytes: 32 * 1024 ** 2,
  maxZipEntries: 1_000_000,
  maxPackBytes: 1024 ** 3,
  maxPackEntries: 50_000,
  maxOpenPacks: 16,
};
