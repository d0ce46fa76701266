import type { Outcome, PackPlace, PackReceipt } from "../../../shared/items/outcome.ts";
import type { OutputFile } from "../../../shared/items/output-file.ts";
import type { MeteredBytes } from "../metered-bytes.ts";
import type { PutObject } from "../outputs.ts";

/** A file on its way into a pack. */
export interface PackedFile {
  readonly file: OutputFile;
  readonly outcome: Outcome;
  /** The file's content; read once, to the end. */
  readonly content: MeteredBytes;
}

/** The packs that are open at one time, and that end together. */
export interface Shard {
  /** True when there is no more room for that file, though there may be for others. */
  isFullFor(outcome: Outcome): boolean;
  /** Adds a file. Not called again before it has returned. */
  add(file: PackedFile, signal: AbortSignal): Promise<Omit<PackPlace, "shard">>;
  close(): Promise<readonly PackReceipt[]>;
  /** Leaves nothing behind, and throws nothing. */
  abort(): Promise<void>;
}

/** What a shard stands on. */
export interface ShardTask {
  /** From 1. */
  readonly number: number;
  readonly put: PutObject;
  readonly signal: AbortSignal;
  /** Packs in it at most. */
  readonly maxOpenPacks: number;
}

/** One way of packing. */
export interface PackFormat {
  /** True for what goes into a pack; the rest become single files. */
  takes(outcome: Outcome): boolean;
  open(task: ShardTask): Shard;
}

/** `archive.zip`, `archive-0002.zip`, `archive-0003.zip`, … */
export function shardName(stem: string, number: number): string {
  return number === 1 ? stem : `${stem}-${String(number).padStart(4, "0")}`;
}
