import type { ByteSource } from "../bytes/byte-source.ts";
import type { WarningCode } from "./warning.ts";

/** What a file made of many items has in it; complete once its content has been read. */
export interface MergedFacts {
  readonly items: number;
  /** Items left out of it, which are in their own files all the same. */
  readonly leftOut: number;
  readonly warnings: readonly WarningCode[];
}

/** A file to be written: its path below the job's folder and its bytes. */
export interface OutputFile {
  /** Forward slashes, safe on every system, unique in the job, at most 120 bytes of UTF-8. */
  readonly path: string;
  /** Media type with its parameters, as an HTTP Content-Type. */
  readonly mediaType: string;
  /** Read once, to the end. */
  readonly content: ByteSource;
  /** Only of files made of many items. */
  readonly merged?: MergedFacts;
}
