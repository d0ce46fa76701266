import type { ByteSource } from "./bytes/byte-source.ts";
import { peekSource } from "./bytes/peek-source.ts";
import type { Gap } from "./bytes/segment.ts";
import { CodecError, ReaderError } from "./errors.ts";
import type { BlockDecoder } from "./hu01/decode-ahead.ts";
import { ARCHIVE_PREFIX_BYTES, isArchive } from "./hu01/decode-archive.ts";
import { decodeSettledArchive, type SettledStart } from "./hu01/settle-gaps.ts";
import { ItemNumbers } from "./items/item-numbers.ts";
import type { Outcome, StreamOrigin } from "./items/outcome.ts";
import type { Limits } from "./limits.ts";
import type { ConvertOptions } from "./options.ts";
import type { PayloadKind } from "./payload/payload-kind.ts";
import { sniffPayload } from "./payload/sniff-payload.ts";
import { type Payload, readItems } from "./readers/read-items.ts";
import { placeOf, StreamReader, type Tally } from "./stream-reader.ts";
import { asSegments, SyncSurvey } from "./sync-survey.ts";
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
 * @throws ReaderError payload/empty, payload/unrecognised, readers/too-many-items
 */
export async function* convertArchive(
  archive: ArchiveSource,
  options: ConvertOptions,
  limits: Limits,
  tally: Tally,
): AsyncGenerator<Outcome> {
  const { prefix, source } = await peekSource(archive.bytes, ARCHIVE_PREFIX_BYTES);
  if (prefix.length === 0) throw new ReaderError("payload/empty");
  const run = {
    limits,
    numbers: new ItemNumbers(limits.maxItems),
    sync: new SyncSurvey((offset) => archive.reopen(offset), options, limits),
  };
  if (options.carve || isArchive(prefix, limits)) {
    const { blockDecoder } = archive;
    const whole = { bytes: source, reopen: (offset: number) => archive.reopen(offset), blockDecoder };
    yield* convertStreams(whole, options, run, tally);
  } else {
    yield* convertPlain(source, run);
  }
  const files = run.sync.documents();
  if (files.length > 0) yield { outcome: "document", files };
}

/** What the steps of one journey share. */
interface Run {
  readonly limits: Limits;
  readonly numbers: ItemNumbers;
  readonly sync: SyncSurvey;
}

/** Input that was never compressed: it must be of a known kind, since nothing is lost by refusing it. */
async function* convertPlain(source: ByteSource, run: Run): AsyncGenerator<Outcome> {
  const { kind, segments } = await sniffPayload(asSegments(source), run.limits);
  if (kind === "unknown" || kind === "empty") {
    await segments.return(undefined);
    throw new ReaderError("payload/unrecognised");
  }
  const sync = kind === "sync-xml" ? await run.sync.surveyed() : undefined;
  yield* readPayload({ kind, segments, stream: null, declaredBytes: null, survey: null, sync }, null, run);
}

async function* convertStreams(
  archive: ArchiveSource,
  options: ConvertOptions,
  run: Run,
  tally: Tally,
): AsyncGenerator<Outcome> {
  const decoding = { limits: run.limits, carve: options.carve, blockDecoder: archive.blockDecoder };
  const events = decodeSettledArchive(archive, decoding);
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
      yield* convertStream(event, new StreamReader(event, events, tally), run);
    }
  } finally {
    await events.return(undefined);
  }
  if (!anyGood) throw nothingRecovered(lastGap);
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
