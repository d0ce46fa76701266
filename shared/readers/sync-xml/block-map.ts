import type { Segment } from "../../bytes/segment.ts";
import type { SourcePosition } from "../../items/item.ts";
import type { ByteRange } from "./sync-command.ts";

/** Tells which blocks of a stream a range of its payload stands in. Ranges are asked for in their order. */
export class BlockMap {
  readonly #stream: number | null;
  #segments: { readonly end: number; readonly block: number }[] = [];

  constructor(stream: number | null) {
    this.#stream = stream;
  }

  add(segment: Segment): void {
    if (segment.kind === "gap" || segment.block === null) return;
    this.#segments.push({ end: segment.outputOffset + segment.bytes.length, block: segment.block });
  }

  /** The position of a range; ranges before it are not asked for any more. */
  positionOf({ outputOffset, outputLength }: ByteRange): SourcePosition {
    const first = this.#segments.findIndex(({ end }) => end > outputOffset);
    if (first > 0) this.#segments = this.#segments.slice(first);
    const [from] = this.#segments;
    const to = this.#segments.find(({ end }) => end >= outputOffset + outputLength) ?? this.#segments.at(-1);
    const blocks = from === undefined || to === undefined || first === -1 ? null : ([from.block, to.block] as const);
    return { stream: this.#stream, blocks, outputOffset, outputLength };
  }
}
