import type { ByteSource } from "./bytes/byte-source.ts";
import type { Outcome } from "./items/outcome.ts";
import type { Limits } from "./limits.ts";
import type { ConvertOptions } from "./options.ts";

/** The archive to convert. */
export interface ArchiveSource {
  /** The whole archive; read once, from its first byte to its last. */
  readonly bytes: ByteSource;
  /** Opens it a second time at an offset: needed for streams too large to be held in memory. */
  reopen(archiveOffset: number): ByteSource;
}

/** Running counts, for progress. The journey adds, its owner reads. */
export interface Tally {
  blocksOk: number;
  blocksBad: number;
}

/**
 * The journey: decode, sniff, read, write. Yields what happened, in the order of the archive; data only,
 * nothing is stored here. The content of each written file must be consumed (or its iterator returned).
 *
 * @throws CodecError hu01/not-an-archive, hu01/nothing-recovered, hu01/output-too-large
 * @throws ReaderError payload/empty, payload/unrecognised, readers/too-many-items
 */
export async function* convertArchive(
  _archive: ArchiveSource,
  _options: ConvertOptions,
  _limits: Limits,
  _tally: Tally,
): AsyncGenerator<Outcome> {}
