import type { ByteSource } from "./bytes/byte-source.ts";
import { peekSource } from "./bytes/peek-source.ts";
import type { Gap } from "./bytes/segment.ts";
import { type Consumed, convertMembers, skippedSource } from "./convert-members.ts";
import { CodecError, hasCode, ReaderError } from "./errors.ts";
import type { BlockDecoder } from "./hu01/decode-ahead.ts";
import { decodeSettledArchive, type SettledStart } from "./hu01/settle-gaps.ts";
import { ItemNumbers } from "./items/item-numbers.ts";
import type { Outcome, StreamOrigin } from "./items/outcome.ts";
import type { Limits } from "./limits.ts";
import { type OpenSource, rootSource } from "./open-members.ts";
import { openPlain } from "./open-plain.ts";
import type { ConvertOptions } from "./options.ts";
import type { PayloadKind } from "./payload/payload-kind.ts";
import { sniffPayload } from "./payload/sniff-payload.ts";
import { type Payload, readItems } from "./readers/read-items.ts";
import { sourceKindOf } from "./source-kind.ts";
import { placeOf, StreamReader, type Tally } from "./stream-reader.ts";
import { SyncSurvey } from "./sync-survey.ts";
import { writeItem } from "./writers/write-item.ts";
import { writeUnmapped } from "./writers/write-unmapped.ts";

/** The archive to convert. */
export interface ArchiveSource {
  /** The whole archive; read once, from its first byte to its last. */
  readonly bytes: ByteSource;
  /** Opens it a second time at an offset: needed for streams too large to be held in memory. */
  reopen(archiveOffset: number): ByteSource;
  /** Other threads that decode it ahead when it is large. The outcomes are the same with and without. */
  readonly blockDecoder?: BlockDecoder | undefined;
}

/**
 * The journey: decode, sniff, read, write. Yields what happened, in the order of the archive; data only,
 * nothing is stored here. The content of each written file must be consumed (or its iterator returned).
 *
 * @throws CodecError hu01/not-an-archive, hu01/nothing-recovered, hu01/output-too-large
 * @throws ReaderError payload/empty, payload/unrecognised (of the archive itself; in a carrier they are skips),
 *   readers/too-many-items
 */
export async function* convertArchive(
  archive: ArchiveSource,
  options: ConvertOptions,
  limits: Limits,
  tally: Tally,
): AsyncGenerator<Outcome> {
  const sync = new SyncSurvey((offset) => archive.reopen(offset), options, limits);
  const run: Run = { limits, options, tally, numbers: new ItemNumbers(limits.maxItems), sync, payloads: 0 };
  yield* convertSource(rootSource(archive), run);
  const files = sync.documents();
  if (files.length > 0) yield { outcome: "document", files };
}

/** What the steps of one journey share. */
interface Run {
  readonly limits: Limits;
  readonly options: ConvertOptions;
  readonly tally: Tally;
  readonly numbers: ItemNumbers;
  readonly sync: SyncSurvey;
  /** Payloads so far, which have their indexes by it. */
  payloads: number;
}

const NOTHING: Consumed = { plainBytes: 0, unreadBytes: 0 };

/** Converts the archive or, called again by way of its members, whatever stands inside it. */
async function* convertSource(opened: OpenSource, run: Run): AsyncGenerator<Outcome, Consumed> {
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
    return { plainBytes: 0, unreadBytes: await drain(bytes) };
  }
  yield* convertMembers(kind.carrier, source, { limits, numbers, convert: (member) => convertSource(member, run) });
  return NOTHING;
}

/** Bytes that were never compressed: they must be of a known kind, since nothing is lost by refusing them. */
async function* convertPlain(source: OpenSource, run: Run): AsyncGenerator<Outcome, Consumed> {
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

async function* convertStreams(source: OpenSource, run: Run): AsyncGenerator<Outcome> {
  const decoding = { limits: run.limits, carve: run.options.carve, blockDecoder: source.blockDecoder };
  const events = decodeSettledArchive(source, decoding);
  const first = run.payloads;
  let anyGood = false;
  let lastGap: Gap | undefined;
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) break;
      const event = next.value;
      if (event.kind === "foreign") yield { outcome: "foreign", stream: null, ...placeOf(event) };
      if (event.kind !== "stream-start") continue;
      anyGood ||= event.decodedBytes > 0 || event.gaps.length === 0;
      lastGap = event.gaps[0] ?? lastGap;
      run.payloads++;
      const start = { ...event, index: first + event.index };
      yield* convertStream(start, new StreamReader(start, events, run.tally), run);
    }
  } catch (error) {
    if (source.member === null || !hasCode(error, "hu01/not-an-archive")) throw error;
    yield skippedSource(run.numbers, "readers/member-unrecognised");
  } finally {
    await events.return(undefined);
  }
  // Inside a carrier the lost streams are skips, and the other members are not touched by them.
  if (!anyGood && source.member === null) throw nothingRecovered(lastGap);
}

async function* convertStream(start: SettledStart, stream: StreamReader, run: Run): AsyncGenerator<Outcome> {
  const { limits, numbers } = run;
  const { kind, segments } = await sniffPayload(stream.segments(), limits);
  const payload: Payload = {
    kind: kindOf(kind, start),
    segments,
    stream: start.index,
    declaredBytes: start.declaredBytes,
    survey: start.declaredBytes > limits.maxBufferedItemBytes || start.header === null ? { gaps: start.gaps } : null,
    sync: kind === "sync-xml" ? await run.sync.surveyed() : undefined,
  };
  if (start.decodedBytes > 0) {
    for await (const outcome of readPayload(payload, stream.origin, run)) {
      yield* stream.takeNoted();
      yield outcome;
    }
  }
  // A reader may leave before the end; the sums need every block.
  for await (const _rest of segments);
  yield* stream.takeNoted();
  const lost = start.gaps[0];
  if (start.decodedBytes === 0 && lost !== undefined) yield numbers.lostStream(stream.origin, start, lost.code);
  yield stream.ended();
}

async function drain(source: ByteSource): Promise<number> {
  let size = 0;
  for await (const chunk of source) size += chunk.length;
  return size;
}

/** Every known stream holds one message, so a stream whose beginning is lost is taken for the rest of one. */
function kindOf(sniffed: PayloadKind, start: SettledStart): PayloadKind {
  const beginningLost = start.gaps[0]?.outputOffset === 0;
  return sniffed === "unknown" && beginningLost ? "message" : sniffed;
}

async function* readPayload(
  payload: Payload,
  stream: StreamOrigin | null,
  { limits, numbers, sync }: Run,
): AsyncGenerator<Outcome> {
  for await (const finding of readItems(payload, limits)) {
    const { origin } = finding;
    if (finding.kind === "deleted") {
      yield { outcome: "deleted", facts: finding.facts, origin, stream };
      continue;
    }
    const numbered = numbers.next(finding.origin, stream);
    if (finding.kind === "skipped") {
      const { code, details, kept } = finding;
      const files = kept === undefined ? [] : [writeUnmapped(kept, numbered.ordinal)];
      yield { outcome: "skipped", ...numbered, code, details, origin, files };
    } else if (finding.kind === "duplicate") {
      yield { outcome: "duplicate", ...numbered, of: numbers.ordinalOf(finding.of), origin };
    } else {
      numbers.remember(finding, numbered.ordinal);
      sync.count(finding);
      yield { outcome: "written", ...numbered, item: finding, files: writeItem(finding, numbered.ordinal) };
    }
  }
}

function nothingRecovered(gap: Gap | undefined): CodecError {
  if (gap === undefined) return new CodecError("hu01/nothing-recovered");
  const { archiveOffset, missingBytes, code } = gap;
  const message = `Not one block could be decoded; ${missingBytes} bytes are missing (${code} at byte ${archiveOffset}).`;
  return new CodecError("hu01/nothing-recovered", message, { details: { archiveOffset, missingBytes } });
}
