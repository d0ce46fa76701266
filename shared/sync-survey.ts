import type { ByteSource } from "./bytes/byte-source.ts";
import { peekSource } from "./bytes/peek-source.ts";
import type { Segment } from "./bytes/segment.ts";
import { ARCHIVE_PREFIX_BYTES, isArchive } from "./hu01/decode-archive.ts";
import { decodeSettledArchive, type SettledEvent } from "./hu01/settle-gaps.ts";
import type { Item } from "./items/item.ts";
import type { OutputFile } from "./items/output-file.ts";
import type { Limits } from "./limits.ts";
import { MergedFiles } from "./merged-files.ts";
import type { ConvertOptions } from "./options.ts";
import { sniffPayload } from "./payload/sniff-payload.ts";
import { SyncArchive, type SyncPayload } from "./readers/sync-xml/sync-archive.ts";

/** Opens the archive at an offset. */
type Reopen = (archiveOffset: number) => ByteSource;

/** The Sync payloads of an archive, read for a first time as soon as the first of them is met. */
export class SyncSurvey {
  readonly #archive: SyncArchive;
  readonly #merged = new MergedFiles();

  constructor(reopen: Reopen, options: ConvertOptions, limits: Limits) {
    this.#archive = new SyncArchive(() => syncPayloads(reopen, options, limits), options, limits);
  }

  /** What all Sync payloads know of each other. Reads the whole archive once when it is first called. */
  async surveyed(): Promise<SyncArchive> {
    if (!this.#archive.isSurveyed) await this.#archive.survey();
    return this.#archive;
  }

  /** Notes an item that is written. */
  count(item: Item): void {
    // What stood by itself will not come again.
    if (this.#archive.knows(item.origin.position.stream)) this.#merged.count(item);
  }

  /** Files about the whole archive: the tree of folders, and the objects of each folder in one file. */
  documents(): readonly OutputFile[] {
    return [...this.#archive.documents(), ...this.#merged.outputFiles(() => this.#archive.objectsAgain())];
  }
}

/** Input that was never compressed as the segments of a payload. */
export async function* asSegments(source: ByteSource): AsyncGenerator<Segment> {
  let outputOffset = 0;
  for await (const bytes of source) {
    yield { kind: "bytes", bytes, outputOffset, block: null };
    outputOffset += bytes.length;
  }
}

async function* syncPayloads(reopen: Reopen, options: ConvertOptions, limits: Limits): AsyncGenerator<SyncPayload> {
  const { prefix, source } = await peekSource(reopen(0), ARCHIVE_PREFIX_BYTES);
  if (!options.carve && !isArchive(prefix, limits)) {
    yield { stream: null, segments: asSegments(source) };
    return;
  }
  const events = decodeSettledArchive({ bytes: source, reopen }, { limits, carve: options.carve });
  try {
    for (let next = await events.next(); !next.done; next = await events.next()) {
      if (next.value.kind !== "stream-start") continue;
      const { kind, segments } = await sniffPayload(segmentsOf(events), limits);
      if (kind === "sync-xml") yield { stream: next.value.index, segments };
      for await (const _rest of segments);
    }
  } finally {
    await events.return(undefined);
  }
}

/** The segments of the stream that has just begun. */
async function* segmentsOf(events: AsyncGenerator<SettledEvent>): AsyncGenerator<Segment> {
  for (let next = await events.next(); !next.done; next = await events.next()) {
    if (next.value.kind === "bytes" || next.value.kind === "gap") yield next.value;
    if (next.value.kind === "stream-end") return;
  }
}
