import type { ByteSource } from "./bytes/byte-source.ts";
import { peekSource } from "./bytes/peek-source.ts";
import type { Segment } from "./bytes/segment.ts";
import { hasCode } from "./errors.ts";
import { decodeSettledArchive, type SettledEvent } from "./hu01/settle-gaps.ts";
import type { Item } from "./items/item.ts";
import type { OutputFile } from "./items/output-file.ts";
import type { Limits } from "./limits.ts";
import { MergedFiles } from "./merged-files.ts";
import { type OpenSource, openCarrier, openMembers, rootSource } from "./open-members.ts";
import { openPlain } from "./open-plain.ts";
import type { ConvertOptions } from "./options.ts";
import { sniffPayload } from "./payload/sniff-payload.ts";
import { SyncArchive, type SyncPayload } from "./readers/sync-xml/sync-archive.ts";
import { sourceKindOf } from "./source-kind.ts";

/** An archive that can be opened at an offset. */
interface SurveyedArchive {
  readonly size: number;
  reopen(archiveOffset: number): ByteSource;
}

/** The Sync payloads of an archive, read for a first time as soon as the first of them is met. */
export class SyncSurvey {
  readonly #archive: SyncArchive;
  readonly #merged = new MergedFiles();

  constructor(archive: SurveyedArchive, options: ConvertOptions, limits: Limits) {
    this.#archive = new SyncArchive(() => syncPayloads(archive, options, limits), options, limits);
  }

  /** What all Sync payloads know of each other. Reads the whole archive once when it is first called. */
  async surveyed(): Promise<SyncArchive> {
    if (!this.#archive.isSurveyed) await this.#archive.survey();
    return this.#archive;
  }

  /** True once a Sync payload was met: what it gives depends on all others from then on. */
  get isBegun(): boolean {
    return this.#archive.isSurveyed;
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

/** All Sync payloads of the archive, in order, with the indexes that the journey gives them. */
async function* syncPayloads(
  archive: SurveyedArchive,
  options: ConvertOptions,
  limits: Limits,
): AsyncGenerator<SyncPayload> {
  const reopen = (offset: number) => archive.reopen(offset);
  const root = rootSource({ bytes: reopen(0), size: archive.size, reopen }, limits);
  yield* payloadsOf(root, { options, limits, payloads: 0 });
}

interface Walk {
  readonly options: ConvertOptions;
  readonly limits: Limits;
  payloads: number;
}

async function* payloadsOf(opened: OpenSource, walk: Walk): AsyncGenerator<SyncPayload> {
  const { limits } = walk;
  const { prefix, source: bytes } = await peekSource(opened.bytes, limits.maxSniffBytes);
  const source = { ...opened, bytes };
  const kind = sourceKindOf(source, prefix, walk.options, limits);
  if (kind === "streams") yield* payloadsOfStreams(source, walk);
  else if (kind === "plain") yield* payloadOfPlain(source, walk);
  else if (source.depth < limits.maxCarrierDepth) {
    for await (const found of openMembers(await openCarrier(kind.carrier, source, limits), limits)) {
      if (found.kind === "member") yield* payloadsOf(found.source, walk);
    }
  }
}

async function* payloadOfPlain(source: OpenSource, walk: Walk): AsyncGenerator<SyncPayload> {
  const plain = await openPlain(source, walk.limits);
  const { kind: sniffed, segments } = await sniffPayload(plain.segments, walk.limits);
  const kind = source.payload ?? sniffed;
  if (kind === "unknown" || kind === "empty") return;
  const stream = source.member === null ? null : walk.payloads++;
  if (kind === "sync-xml") yield { stream, segments };
}

async function* payloadsOfStreams(source: OpenSource, walk: Walk): AsyncGenerator<SyncPayload> {
  const events = decodeSettledArchive(source, { limits: walk.limits, carve: walk.options.carve });
  try {
    for (let next = await events.next(); !next.done; next = await events.next()) {
      if (next.value.kind !== "stream-start") continue;
      const stream = walk.payloads++;
      const { kind, segments } = await sniffPayload(segmentsOf(events), walk.limits);
      if (kind === "sync-xml") yield { stream, segments };
      for await (const _rest of segments);
    }
  } catch (error) {
    if (source.member === null || !hasCode(error, "hu01/not-an-archive")) throw error;
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
