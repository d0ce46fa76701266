import { type ByteSource, concatBytes } from "../bytes/byte-source.ts";
import type { Gap, Segment } from "../bytes/segment.ts";
import type { Limits } from "../limits.ts";
import type { Payload } from "./read-items.ts";

/** Is shown every segment of a payload, in order, before its bytes are handed on. */
export interface SegmentObserver {
  add(segment: Segment): void;
  end(): void;
}

/** A payload whose holes are known and whose bytes are ready to be handed out. */
export interface OpenedContent {
  /** The bytes before the first hole, as many as were looked at beforehand. */
  readonly beginning: Uint8Array;
  /** Known before `content` is read. */
  readonly holes: readonly Gap[];
  /** All bytes, holes left out. Can be read once only when the payload is larger than the buffer. */
  readonly content: ByteSource;
  /** Waits until `content` has been read or given up, then shows the observer what is left. */
  settle(): Promise<void>;
}

/**
 * Opens a payload: one up to `limits.maxBufferedItemBytes` is read into memory and the observer sees it at once; a
 * larger one is streamed, and the observer sees it while `content` is read.
 */
export async function openContent(payload: Payload, limits: Limits, observer: SegmentObserver): Promise<OpenedContent> {
  const source = payload.segments[Symbol.asyncIterator]();
  const beforehand = payload.survey === null ? limits.maxBufferedItemBytes : limits.maxHeaderBytes;
  const { segments, isWhole } = await collectSegments(source, beforehand);
  const beginning = bytesBeforeHole(segments, limits.maxHeaderBytes);
  if (!isWhole) {
    const holes = payload.survey?.gaps ?? holesOfUnsurveyed(segments, payload);
    const content = new PassingContent(segments, source, observer);
    return { beginning, holes, content, settle: () => content.settle() };
  }
  for (const segment of segments) observer.add(segment);
  observer.end();
  const content = segments.flatMap((segment) => (segment.kind === "bytes" ? [segment.bytes] : []));
  return { beginning, holes: gapsOf(segments), content, settle: async () => {} };
}

/** The first segments of a source: all of them, or more than `maxBytes` bytes of them. */
export async function collectSegments(
  source: AsyncIterator<Segment>,
  maxBytes: number,
): Promise<{ segments: Segment[]; isWhole: boolean }> {
  const segments: Segment[] = [];
  let size = 0;
  while (size <= maxBytes) {
    const next = await source.next();
    if (next.done === true) return { segments, isWhole: true };
    segments.push(next.value);
    if (next.value.kind === "bytes") size += next.value.bytes.length;
  }
  return { segments, isWhole: false };
}

function bytesBeforeHole(segments: readonly Segment[], maxBytes: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const segment of segments) {
    if (segment.kind === "gap" || size >= maxBytes) break;
    chunks.push(segment.bytes.subarray(0, maxBytes - size));
    size += segment.bytes.length;
  }
  return concatBytes(chunks);
}

const gapsOf = (segments: readonly Segment[]): readonly Gap[] => segments.filter((segment) => segment.kind === "gap");

/**
 * A stream that outgrows the buffer although its header announced less is damaged, and nobody has looked for its
 * holes. It must not look whole, so the contradiction itself is given as a hole of no bytes.
 */
function holesOfUnsurveyed(segments: readonly Segment[], payload: Payload): readonly Gap[] {
  if (payload.stream === null) return [];
  const place = { archiveOffset: 0, archiveLength: 0, outputOffset: payload.declaredBytes ?? 0 };
  return [...gapsOf(segments), { kind: "gap", code: "hu01/total-mismatch", ...place, missingBytes: 0, exact: false }];
}

/** The bytes of a payload, handed out once; whoever made it can wait for that. */
class PassingContent implements AsyncIterable<Uint8Array> {
  readonly #pieces: AsyncGenerator<Uint8Array>;
  readonly #leftByReader: Promise<void>;
  #leave: () => void = () => {};
  #failure: { readonly error: unknown } | null = null;

  constructor(first: Segment[], rest: AsyncIterator<Segment>, observer: SegmentObserver) {
    this.#pieces = passBytes(first, rest, observer);
    this.#leftByReader = new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  /** An iterator of its own: that of a generator that was never started forgets to say that it was given up. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.#leave();
        return { done: true, value: undefined };
      },
    };
  }

  async settle(): Promise<void> {
    await this.#leftByReader;
    if (this.#failure !== null) throw this.#failure.error;
    for await (const _unread of this.#pieces);
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      const next = await this.#pieces.next();
      if (next.done === true) this.#leave();
      return next.done === true ? { done: true, value: undefined } : next;
    } catch (error) {
      this.#failure = { error };
      this.#leave();
      throw error;
    }
  }
}

async function* passBytes(
  first: Segment[],
  rest: AsyncIterator<Segment>,
  observer: SegmentObserver,
): AsyncGenerator<Uint8Array> {
  for (let segment = first.shift(); segment !== undefined; segment = first.shift()) {
    observer.add(segment);
    if (segment.kind === "bytes") yield segment.bytes;
  }
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    observer.add(next.value);
    if (next.value.kind === "bytes") yield next.value.bytes;
  }
  observer.end();
}
