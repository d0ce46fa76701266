import { ARCHIVE_START, passOutcomes } from "./begin-again.ts";
import type { ByteSource } from "./bytes/byte-source.ts";
import { countBytes } from "./bytes/part-of-source.ts";
import { peekSource } from "./bytes/peek-source.ts";
import { type Consumed, convertMembers, skippedSource } from "./convert-members.ts";
import { readPayload } from "./convert-payload.ts";
import { convertStreams } from "./convert-streams.ts";
import { ReaderError } from "./errors.ts";
import type { BlockDecoder } from "./hu01/decode-ahead.ts";
import { ItemNumbers } from "./items/item-numbers.ts";
import type { ResumePoint } from "./items/milestone.ts";
import type { Outcome } from "./items/outcome.ts";
import { type JourneyRun, milestoneAt } from "./journey-run.ts";
import type { Limits } from "./limits.ts";
import { type OpenSource, openCarrier, rootSource } from "./open-members.ts";
import { openPlain } from "./open-plain.ts";
import type { ConvertOptions } from "./options.ts";
import { sniffPayload } from "./payload/sniff-payload.ts";
import { sourceKindOf } from "./source-kind.ts";
import type { Tally } from "./stream-reader.ts";
import { SyncSurvey } from "./sync-survey.ts";

/** The archive to convert. */
export interface ArchiveSource {
  /** The whole archive; read once, from its first byte to its last. */
  readonly bytes: ByteSource;
  /** Its size in bytes. */
  readonly size: number;
  /** Opens it a second time at an offset: needed for streams too large to be held in memory, and for a ZIP. */
  reopen(archiveOffset: number): ByteSource;
  /** Other threads that decode it ahead when it is large. The outcomes are the same with and without. */
  readonly blockDecoder?: BlockDecoder | undefined;
}

/**
 * The journey: decode, sniff, read, write. Yields what happened, in the order of the archive; data only,
 * nothing is stored here. The content of each written file must be consumed (or its iterator returned).
 *
 * @param tally counts along
 * @param start where to go on: a point that an earlier journey through the same archive has reached. What is before
 *   it is read from the source, but not told
 * @throws CodecError hu01/not-an-archive, hu01/nothing-recovered, hu01/output-too-large
 * @throws ReaderError payload/empty, payload/unrecognised (of the archive itself; in a carrier they are skips),
 *   readers/too-many-items
 */
export async function* convertArchive(
  archive: ArchiveSource,
  options: ConvertOptions,
  limits: Limits,
  tally: Tally,
  start: ResumePoint = ARCHIVE_START,
): AsyncGenerator<Outcome> {
  const { items, payloads, decodedBytes } = start;
  tally.blocksOk = start.blocksOk;
  tally.blocksBad = start.blocksBad;
  const sync = new SyncSurvey(archive, options, limits);
  const numbers = new ItemNumbers(limits.maxItems, items);
  yield* passOutcomes(
    journey(archive, { limits, options, tally, numbers, sync, start, payloads, decodedBytes }),
    start,
  );
}

async function* journey(archive: ArchiveSource, run: JourneyRun): AsyncGenerator<Outcome> {
  yield* convertSource(rootSource(archive, run.limits), run, run.start.members);
  const files = run.sync.documents();
  if (files.length > 0) yield { outcome: "document", files };
}

const NOTHING: Consumed = { plainBytes: 0, unreadBytes: 0 };

/** Converts the archive or, called again by way of its members, whatever stands inside it. */
async function* convertSource(
  opened: OpenSource,
  run: JourneyRun,
  done: readonly number[],
): AsyncGenerator<Outcome, Consumed> {
  const { limits, numbers } = run;
  const { prefix, source: bytes } = await peekSource(opened.bytes, limits.maxSniffBytes);
  const source = { ...opened, bytes };
  if (prefix.length === 0 && source.member === null) throw new ReaderError("payload/empty");
  const kind = sourceKindOf(source, prefix, run.options, limits);
  if (kind === "plain") return yield* convertPlain(source, run);
  if (kind === "streams") {
    yield* convertStreams(source, run);
    return NOTHING;
  }
  if (source.depth >= limits.maxCarrierDepth) {
    const details = { limitCarriers: limits.maxCarrierDepth };
    yield skippedSource(numbers, "readers/carrier-depth", details);
    return { plainBytes: 0, unreadBytes: await countBytes(bytes) };
  }
  yield* convertMembers(await openCarrier(kind.carrier, source, limits), {
    limits,
    numbers,
    done,
    convert: (member, inside) => convertSource(member, run, inside),
    milestone: (members) => milestoneAt({ archiveOffset: 0, members: [members] }, run),
  });
  return NOTHING;
}

/** Bytes that were never compressed: they must be of a known kind, since nothing is lost by refusing them. */
async function* convertPlain(source: OpenSource, run: JourneyRun): AsyncGenerator<Outcome, Consumed> {
  const plain = await openPlain(source, run.limits);
  const { kind: sniffed, segments } = await sniffPayload(plain.segments, run.limits);
  const kind = source.payload ?? sniffed;
  if (kind === "unknown" || kind === "empty") {
    if (source.member === null) {
      await segments.return(undefined);
      throw new ReaderError("payload/unrecognised");
    }
    yield skippedSource(run.numbers, "readers/member-unrecognised");
    for await (const _unread of segments);
    return { plainBytes: 0, unreadBytes: plain.size };
  }
  const stream = source.member === null ? null : run.payloads++;
  const sync = kind === "sync-xml" ? await run.sync.surveyed() : undefined;
  yield* readPayload({ kind, segments, stream, declaredBytes: null, survey: plain.survey, sync }, null, run);
  for await (const _rest of segments);
  return { plainBytes: plain.size, unreadBytes: 0 };
}
