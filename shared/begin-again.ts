import type { StreamsDone } from "./hu01/decode-archive.ts";
import type { ResumePoint } from "./items/milestone.ts";
import { filesOf, type Outcome } from "./items/outcome.ts";

/** The beginning of an archive. */
export const ARCHIVE_START: ResumePoint = {
  archiveOffset: 0,
  members: [],
  items: 0,
  payloads: 0,
  decodedBytes: 0,
  blocksOk: 0,
  blocksBad: 0,
  outcomes: 0,
};

/** Where a journey through outcomes can be begun again: kept up to date by whoever has dealt with them. */
export class Trail {
  #milestone: ResumePoint;
  #outcomes: number;

  /** @param start where this journey was begun */
  constructor(start: ResumePoint) {
    this.#milestone = start;
    this.#outcomes = start.outcomes;
  }

  /** Notes that an outcome is done, and all before it. */
  add(outcome: Outcome): void {
    if (outcome.outcome === "milestone") {
      this.#milestone = outcome.point;
      this.#outcomes = 0;
    } else this.#outcomes++;
  }

  /** Behind the last outcome that was noted. */
  get point(): ResumePoint {
    return { ...this.#milestone, outcomes: this.#outcomes };
  }
}

/** Leaves out the first outcomes, up to where the point says. Their files are opened and let go, so that all flows on. */
export async function* passOutcomes(outcomes: AsyncIterable<Outcome>, point: ResumePoint): AsyncGenerator<Outcome> {
  let left = point.outcomes;
  for await (const outcome of outcomes) {
    if (left === 0) yield outcome;
    else if (outcome.outcome !== "milestone") {
      left--;
      for (const { content } of filesOf(outcome)) for await (const _ of content) break;
    }
  }
}

/** The streams of an archive that are done; undefined for none. */
export function streamsDone({ archiveOffset, payloads, decodedBytes }: ResumePoint): StreamsDone | undefined {
  return archiveOffset === 0 ? undefined : { archiveOffset, streams: payloads, decodedBytes };
}
