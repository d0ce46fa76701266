import type { ByteSource } from "../bytes/byte-source.ts";
import type { BytesSegment, Gap } from "../bytes/segment.ts";
import type { ArchiveEvent, BlockDecoded, Foreign, StreamEnd, StreamStart } from "./archive-event.ts";
import { NOMINAL_BLOCK_BYTES } from "./block-header.ts";
import { type DecodeOptions, decodeArchive } from "./decode-archive.ts";

/** A stream begins, and all that is wrong with it is known already. */
export interface SettledStart extends StreamStart {
  /** All holes of the stream, in order, with their final sizes. */
  readonly gaps: readonly Gap[];
  readonly declaredBytes: number;
  /** Bytes that will come; 0 when not one block could be decoded. */
  readonly decodedBytes: number;
}

/** The events of decodeArchive, in which sizes and offsets are final from the first event on. */
export type SettledEvent = SettledStart | BlockDecoded | BytesSegment | Gap | Foreign | StreamEnd;

/** An archive that can be opened again, to look ahead in streams too large to hold. */
export interface ReopenableArchive {
  readonly bytes: ByteSource;
  reopen(archiveOffset: number): ByteSource;
}

/**
 * decodeArchive with foresight. While a stream is being read, the size of a hole whose headers are lost is an
 * estimate; once its end is reached, the announced total tells. A stream up to `maxBufferedItemBytes` is held
 * until then, a larger one is decoded twice: a file's name must say that it is partial before its first byte is
 * written, and no object store can rename.
 */
export async function* decodeSettledArchive(
  archive: ReopenableArchive,
  options: DecodeOptions,
): AsyncGenerator<SettledEvent> {
  let held: ArchiveEvent[] | null = null;
  let settle: Settle | null = null;
  for await (const event of decodeArchive(archive.bytes, options)) {
    if (event.kind === "stream-start") {
      const declaredBytes = event.header?.declaredBytes ?? Number.POSITIVE_INFINITY;
      if (declaredBytes <= options.limits.maxBufferedItemBytes) {
        held = [event];
        continue;
      }
      const foreseen = await surveyStream(archive.reopen(event.archiveOffset), options);
      settle = new Settle(foreseen);
      yield settle.start(event);
    } else if (held !== null) {
      held.push(event);
      if (event.kind !== "stream-end") continue;
      yield* replay(held);
      held = null;
    } else if (settle !== null && event.kind !== "foreign") {
      const settled = settle.apply(event);
      if (settled !== null) yield settled;
    } else {
      yield event as Foreign;
    }
  }
}

function* replay(held: readonly ArchiveEvent[]): Generator<SettledEvent> {
  const settle = new Settle(held);
  for (const event of held) {
    const settled = event.kind === "stream-start" ? settle.start(event) : settle.apply(event);
    if (settled !== null) yield settled;
  }
}

/**
 * decodeArchive in one pass, for whoever can do without foresight: blocks, bytes and foreign bytes come as they are
 * found, the holes of a stream at its end, with final sizes and offsets. The offsets of bytes behind a hole whose size
 * is not exact are estimates.
 */
export async function* decodeWithLateGaps(
  source: ByteSource,
  options: DecodeOptions,
): AsyncGenerator<Exclude<SettledEvent, SettledStart>> {
  let notes: ArchiveEvent[] = [];
  for await (const event of decodeArchive(source, options)) {
    note(notes, event);
    if (event.kind === "stream-end") {
      const settle = new Settle(notes);
      yield* settle.finalGaps();
      yield settle.finalEnd(event);
      notes = [];
    } else if (event.kind !== "stream-start" && event.kind !== "gap") yield event;
  }
}

/** What has to be known of the first stream to settle it. */
async function surveyStream(source: ByteSource, options: DecodeOptions): Promise<readonly ArchiveEvent[]> {
  const notes: ArchiveEvent[] = [];
  for await (const event of decodeArchive(source, { ...options, carve: true, resume: undefined })) {
    note(notes, event);
    if (event.kind === "stream-end") break;
  }
  return notes;
}

/** Notes gaps, the stream's end and the last block: the size of no other matters. */
function note(notes: ArchiveEvent[], event: ArchiveEvent): void {
  if (event.kind === "block" && notes.at(-1)?.kind === "block") notes.pop();
  if (event.kind === "gap" || event.kind === "block" || event.kind === "stream-end") notes.push(event);
}

/** Final sizes of one stream's holes, and the running offsets that follow from them. */
class Settle {
  readonly #final: readonly FinalGap[];
  readonly #gaps: readonly Gap[];
  readonly #end: StreamEnd;
  #next = 0;
  #outputOffset = 0;

  /** @param events all gaps, the last block and the end of the stream; others are ignored */
  constructor(events: readonly ArchiveEvent[]) {
    const end = events.at(-1);
    if (end?.kind !== "stream-end") throw new Error("a stream's events end with stream-end");
    this.#gaps = events.filter((event) => event.kind === "gap");
    const lastBlock = events.findLast((event) => event.kind === "block");
    this.#final = finalGaps(this.#gaps, end, (lastBlock?.decompressedBytes ?? 0) < NOMINAL_BLOCK_BYTES);
    this.#end = end;
  }

  start(event: StreamStart): SettledStart {
    const { declaredBytes, decodedBytes } = this.#end;
    return { ...event, gaps: this.finalGaps(), declaredBytes, decodedBytes };
  }

  /** The same event with final size and offset; what proves to be no hole is foreign bytes, or nothing. */
  apply(event: Exclude<ArchiveEvent, StreamStart>): Exclude<SettledEvent, SettledStart> | null {
    if (event.kind === "bytes") {
      const outputOffset = this.#outputOffset;
      this.#outputOffset += event.bytes.length;
      return { ...event, outputOffset };
    }
    if (event.kind === "stream-end") return this.finalEnd(event);
    if (event.kind !== "gap") return event;
    const final = this.#final[this.#next++] as FinalGap;
    const outputOffset = this.#outputOffset;
    this.#outputOffset += final.missingBytes;
    if (!isNoHole(final)) return { ...event, ...final, outputOffset };
    if (event.archiveLength === 0) return null;
    return { kind: "foreign", archiveOffset: event.archiveOffset, length: event.archiveLength, unproven: 0 };
  }

  /** All holes in order, with final sizes and offsets. */
  finalGaps(): Gap[] {
    const gaps: Gap[] = [];
    let shift = 0;
    for (const [index, gap] of this.#gaps.entries()) {
      const final = this.#final[index] as FinalGap;
      if (!isNoHole(final)) gaps.push({ ...gap, ...final, outputOffset: gap.outputOffset + shift });
      shift += final.missingBytes - gap.missingBytes;
    }
    return gaps;
  }

  /** The stream's end with final sums. */
  finalEnd(end: StreamEnd): StreamEnd {
    const missingBytes = this.#final.reduce((sum, gap) => sum + gap.missingBytes, 0);
    return { ...end, missingBytes, excessBytes: end.decodedBytes + missingBytes - end.declaredBytes };
  }
}

type FinalGap = Pick<Gap, "missingBytes" | "exact">;

/** Surely nothing is missing: bytes were inserted there. */
function isNoHole(final: FinalGap): boolean {
  return final.missingBytes === 0 && final.exact;
}

/**
 * Final size of each gap. What the announced total leaves over or lacks at the stream's end belongs to the
 * estimates: an overestimate is taken back from the last ones; a remainder at the end belongs to the only
 * estimate if the last block was short, since a short block is a stream's last.
 */
function finalGaps(gaps: readonly Gap[], end: StreamEnd, endsShort: boolean): FinalGap[] {
  const sizes = gaps.map((gap) => gap.missingBytes);
  let excess = end.excessBytes;
  for (let i = gaps.length - 1; i >= 0 && excess > 0; i--) {
    if (gaps[i]?.exact) continue;
    const taken = Math.min(excess, sizes[i] as number);
    sizes[i] = (sizes[i] as number) - taken;
    excess -= taken;
  }
  const estimates = gaps.flatMap((gap, index) => (gap.exact || gap.archiveLength === 0 ? [] : [index]));
  const tail = gaps.length - 1;
  const cutOff = gaps[tail]?.archiveLength === 0 && gaps[tail]?.code === "hu01/truncated";
  if (cutOff && endsShort && estimates.length === 1) {
    const only = estimates[0] as number;
    sizes[only] = (sizes[only] as number) + (sizes[tail] as number);
    sizes[tail] = 0;
  }
  // One unknown and a known sum leave nothing to guess, unless the sum itself proved wrong.
  const solved = estimates.length === 1 && excess === 0 && (!cutOff || endsShort);
  return gaps.map((gap, index) => {
    const missingBytes = sizes[index] as number;
    const emptied = missingBytes === 0 && gap.missingBytes > 0 && excess === 0;
    return { missingBytes, exact: gap.exact || emptied || (solved && gap.code !== "hu01/file-header-invalid") };
  });
}
