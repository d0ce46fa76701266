import type { ByteSource } from "./bytes/byte-source.ts";
import { peekSource } from "./bytes/peek-source.ts";
import type { Gap, Segment } from "./bytes/segment.ts";
import { CodecError, ReaderError } from "./errors.ts";
import type { Foreign } from "./hu01/archive-event.ts";
import { ARCHIVE_PREFIX_BYTES, isArchive } from "./hu01/decode-archive.ts";
import { decodeSettledArchive, type SettledEvent, type SettledStart } from "./hu01/settle-gaps.ts";
import { ItemNumbers } from "./items/item-numbers.ts";
import type { ForeignBytes, Outcome, StreamEnded, StreamOrigin } from "./items/outcome.ts";
import type { Limits } from "./limits.ts";
import type { ConvertOptions } from "./options.ts";
import type { PayloadKind } from "./payload/payload-kind.ts";
import { sniffPayload } from "./payload/sniff-payload.ts";
import { type Payload, readItems } from "./readers/read-items.ts";
import { writeItem } from "./writers/write-item.ts";

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
  archive: ArchiveSource,
  options: ConvertOptions,
  limits: Limits,
  tally: Tally,
): AsyncGenerator<Outcome> {
  const { prefix, source } = await peekSource(archive.bytes, ARCHIVE_PREFIX_BYTES);
  if (prefix.length === 0) throw new ReaderError("payload/empty");
  const numbers = new ItemNumbers(limits.maxItems);
  if (options.carve || isArchive(prefix, limits)) {
    yield* convertStreams(
      { bytes: source, reopen: (offset) => archive.reopen(offset) },
      options,
      limits,
      numbers,
      tally,
    );
  } else {
    yield* convertPlain(source, limits, numbers);
  }
}

/** Input that was never compressed: it must be of a known kind, since nothing is lost by refusing it. */
async function* convertPlain(source: ByteSource, limits: Limits, numbers: ItemNumbers): AsyncGenerator<Outcome> {
  const { kind, segments } = await sniffPayload(asSegments(source), limits);
  if (kind === "unknown" || kind === "empty") {
    await segments.return(undefined);
    throw new ReaderError("payload/unrecognised");
  }
  yield* readPayload({ kind, segments, stream: null, declaredBytes: null, survey: null }, null, limits, numbers);
}

async function* asSegments(source: ByteSource): AsyncGenerator<Segment> {
  let outputOffset = 0;
  for await (const bytes of source) {
    yield { kind: "bytes", bytes, outputOffset, block: null };
    outputOffset += bytes.length;
  }
}

async function* convertStreams(
  archive: ArchiveSource,
  options: ConvertOptions,
  limits: Limits,
  numbers: ItemNumbers,
  tally: Tally,
): AsyncGenerator<Outcome> {
  const events = decodeSettledArchive(archive, { limits, carve: options.carve });
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
      yield* convertStream(event, new StreamReader(event, events, tally), limits, numbers);
    }
  } finally {
    await events.return(undefined);
  }
  if (!anyGood) throw nothingRecovered(lastGap);
}

async function* convertStream(
  start: SettledStart,
  stream: StreamReader,
  limits: Limits,
  numbers: ItemNumbers,
): AsyncGenerator<Outcome> {
  const { kind, segments } = await sniffPayload(stream.segments(), limits);
  const payload: Payload = {
    kind: kindOf(kind, start),
    segments,
    stream: start.index,
    declaredBytes: start.declaredBytes,
    survey: start.declaredBytes > limits.maxBufferedItemBytes || start.header === null ? { gaps: start.gaps } : null,
  };
  if (start.decodedBytes > 0) {
    for await (const outcome of readPayload(payload, stream.origin, limits, numbers)) {
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
  limits: Limits,
  numbers: ItemNumbers,
): AsyncGenerator<Outcome> {
  for await (const finding of readItems(payload, limits)) {
    const numbered = numbers.next(finding.origin, stream);
    if (finding.kind === "skipped") {
      yield { outcome: "skipped", ...numbered, code: finding.code, origin: finding.origin };
    } else if (finding.kind === "duplicate") {
      yield { outcome: "duplicate", ...numbered, of: numbers.ordinalOf(finding.of), origin: finding.origin };
    } else {
      numbers.remember(finding, numbered.ordinal);
      yield { outcome: "written", ...numbered, item: finding, files: writeItem(finding, numbered.ordinal) };
    }
  }
}

/** One stream out of the flat run of events: its segments for the reader, and everything else noted beside them. */
class StreamReader {
  readonly origin: StreamOrigin;
  readonly #start: SettledStart;
  readonly #events: AsyncGenerator<SettledEvent>;
  readonly #tally: Tally;
  readonly #blocks = { total: 0, coded: 0, stored: 0, damaged: 0, repaired: 0, unverified: 0 };
  #noted: Outcome[] = [];
  #ended: StreamEnded | null = null;

  constructor(start: SettledStart, events: AsyncGenerator<SettledEvent>, tally: Tally) {
    this.#start = start;
    this.#events = events;
    this.#tally = tally;
    this.origin = { index: start.index, archiveOffset: start.archiveOffset, itemId: start.header?.itemId ?? null };
  }

  async *segments(): AsyncGenerator<Segment> {
    while (this.#ended === null) {
      const next = await this.#events.next();
      if (next.done) return;
      const event = next.value;
      if (event.kind === "bytes" || event.kind === "gap") yield event;
      this.#note(event);
    }
  }

  /** Gaps and foreign bytes met since the last call. */
  takeNoted(): readonly Outcome[] {
    const noted = this.#noted;
    this.#noted = [];
    return noted;
  }

  /** The stream's facts; its segments have been read to the end. */
  ended(): StreamEnded {
    if (this.#ended === null) throw new Error("the stream's segments have not been read to the end");
    return this.#ended;
  }

  #note(event: SettledEvent): void {
    const stream = this.#start.index;
    const blocks = this.#blocks;
    if (event.kind === "gap") {
      this.#noted.push({ outcome: "gap", stream, gap: event });
      blocks.damaged++;
      this.#tally.blocksBad++;
    } else if (event.kind === "foreign") {
      this.#noted.push({ outcome: "foreign", stream, ...placeOf(event) });
    } else if (event.kind === "block") {
      blocks.total++;
      blocks[event.stored ? "stored" : "coded"]++;
      if (event.repaired) blocks.repaired++;
      if (!event.verified) blocks.unverified++;
      this.#tally.blocksOk++;
    } else if (event.kind === "stream-end") {
      const { archiveLength, declaredBytes, decodedBytes, missingBytes, excessBytes } = event;
      const sizes = { archiveLength, declaredBytes, decodedBytes, missingBytes, excessBytes };
      const headerBytes = this.#start.header?.headerBytes ?? null;
      this.#ended = { outcome: "stream", stream: { ...this.origin, headerBytes, ...sizes, blocks } };
    }
  }
}

function placeOf({ archiveOffset, length, unproven }: Foreign): Omit<ForeignBytes, "outcome" | "stream"> {
  return { archiveOffset, length, unproven };
}

function nothingRecovered(gap: Gap | undefined): CodecError {
  if (gap === undefined) return new CodecError("hu01/nothing-recovered");
  const { archiveOffset, missingBytes, code } = gap;
  const message = `Not one block could be decoded; ${missingBytes} bytes are missing (${code} at byte ${archiveOffset}).`;
  return new CodecError("hu01/nothing-recovered", message, { details: { archiveOffset, missingBytes } });
}
