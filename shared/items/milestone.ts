/**
 * Where a journey can be begun again, as plain data: everything before it is done. The same archive, options and
 * limits give from there on the very outcomes that an uninterrupted journey gives.
 */
export interface ResumePoint {
  /** Offset of the archive behind its last stream that is done; 0 when it is no run of streams. */
  readonly archiveOffset: number;
  /** How many members are done of each carrier that is open, from the outside in. */
  readonly members: readonly number[];
  /** Items, payloads and decompressed bytes before it; of blocks, those that progress tells of. */
  readonly items: number;
  readonly payloads: number;
  readonly decodedBytes: number;
  readonly blocksOk: number;
  readonly blocksBad: number;
  /** Outcomes behind it that are done too: they are made again, but not told again. */
  readonly outcomes: number;
}

/** The journey can be begun again here: nothing that follows depends on what was told before. It has no files. */
export interface Milestone {
  readonly outcome: "milestone";
  readonly point: ResumePoint;
  readonly member?: undefined;
}
