import { peekSource } from "./bytes/peek-source.ts";
import type { Gap, Segment } from "./bytes/segment.ts";
import type { ErrorCode } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { OpenSource } from "./open-members.ts";

/** Bytes that were never compressed as the segments of a payload. */
export interface PlainPayload {
  readonly segments: AsyncGenerator<Segment>;
  /** Bytes given so far. */
  readonly size: number;
  /** Its hole, known beforehand when it is too large to be held; null when it is not, or is the archive itself. */
  readonly survey: { readonly gaps: readonly Gap[] } | null;
}

/** Opens a plain source. One whose carrier is broken off ends with a hole of unknown size, so that it never looks whole. */
export async function openPlain(source: OpenSource, limits: Limits): Promise<PlainPayload> {
  if (source.member === null) return new PlainSegments(source, null);
  const { prefix, source: bytes } = await peekSource(source.bytes, limits.maxBufferedItemBytes + 1);
  const isLarge = prefix.length > limits.maxBufferedItemBytes;
  const problem = isLarge && source.problem !== null ? await source.surveyProblem() : null;
  const survey = isLarge ? { gaps: problem === null ? [] : [brokenOff(problem, 0)] } : null;
  return new PlainSegments({ ...source, bytes }, survey);
}

class PlainSegments implements PlainPayload {
  readonly segments: AsyncGenerator<Segment>;
  readonly survey: PlainPayload["survey"];
  #size = 0;

  constructor(source: OpenSource, survey: PlainPayload["survey"]) {
    this.survey = survey;
    this.segments = this.#read(source);
  }

  get size(): number {
    return this.#size;
  }

  async *#read({ bytes, problem }: OpenSource): AsyncGenerator<Segment> {
    for await (const chunk of bytes) {
      const outputOffset = this.#size;
      this.#size += chunk.length;
      yield { kind: "bytes", bytes: chunk, outputOffset, block: null };
    }
    const code = problem?.() ?? null;
    if (code !== null) yield brokenOff(code, this.#size);
  }
}

function brokenOff(code: ErrorCode, outputOffset: number): Gap {
  return { kind: "gap", code, archiveOffset: 0, archiveLength: 0, outputOffset, missingBytes: 0, exact: false };
}
