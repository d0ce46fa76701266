import type { ByteSource } from "../bytes/byte-source.ts";

/** A file to be written: its path below the job's folder and its bytes. */
export interface OutputFile {
  /** Forward slashes, safe on every system, unique in the job, at most 120 bytes of UTF-8. */
  readonly path: string;
  /** Media type with its parameters, as an HTTP Content-Type. */
  readonly mediaType: string;
  /** Read once, to the end. */
  readonly content: ByteSource;
}
