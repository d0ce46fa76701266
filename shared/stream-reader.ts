import type { Segment } from "./bytes/segment.ts";
import type { Foreign } from "./hu01/archive-event.ts";
import type { SettledEvent, SettledStart } from "./hu01/settle-gaps.ts";
import type { ForeignBytes, Outcome, StreamEnded, StreamOrigin } from "./items/outcome.ts";

/** Running counts, for progress. The journey adds, its owner reads. */
export interface Tally {
  blocksOk: number;
  blocksBad: number;
}

/** One stream out of the flat run of events: its segments for the reader, and everything else noted beside them. */
export class StreamReader {
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

/** Where foreign bytes stand. */
export function placeOf({ archiveOffset, length, unproven }: Foreign): Omit<ForeignBytes, "outcome" | "stream"> {
  return { archiveOffset, length, unproven };
}
