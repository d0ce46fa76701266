import type { ByteSource } from "../../shared/bytes/byte-source.ts";
import type { Outcome, PackReceipt, Receipt } from "../../shared/items/outcome.ts";
import type { OutputFile } from "../../shared/items/output-file.ts";

/**
 * Where the files of a job go. Writes are begun in the order of the outcomes and may run at the same time; what a home
 * does with them depends on that order and on their content only.
 */
export interface Outputs {
  /**
   * Takes one file of an outcome. Its content is read to the end; when that fails it may not have been opened.
   *
   * @returns what became of it. In a pack it is complete there, but the pack is in the store only once it is closed:
   *   at the latest when a write of a later shard, or `close`, has returned.
   */
  write(file: OutputFile, outcome: Outcome, signal: AbortSignal): Promise<Receipt>;
  /**
   * What a later attempt needs to go on behind a shard: once a receipt with `pack.shard` n+1 was given, all packs up to
   * shard n are in the store. A job may be continued at an item whose receipts are the first ones of a shard, since
   * shards begin with an item that stands by itself; for homes without packs, at any item.
   */
  packsThrough(shard: number): readonly PackReceipt[];
  /** Ends what is open. Call it when all writes are over. @returns all packs, in the order in which they were begun */
  close(): Promise<readonly PackReceipt[]>;
  /** Gives up what is open, and leaves nothing of it behind. Does nothing once closed. */
  abort(): Promise<void>;
}

/** What stood in the store when a job was broken off: it goes on with the next shard. */
export interface PackedBefore {
  /** Shards that are complete. */
  readonly shards: number;
  readonly packs: readonly PackReceipt[];
}

/** Stores an object at a path below the job's folder, all or nothing. */
export type PutObject = (
  path: string,
  mediaType: string,
  content: ByteSource,
  signal?: AbortSignal,
) => Promise<unknown>;
