import type { Segment } from "../bytes/segment.ts";
import type { SourcePosition } from "../items/item.ts";

/** A position that grows while its segments pass by; complete when the last one has. */
export class GrowingPosition implements SourcePosition {
  readonly stream: number | null;
  blocks: readonly [first: number, last: number] | null = null;
  outputOffset = 0;
  outputLength = 0;
  #isEmpty = true;

  constructor(stream: number | null) {
    this.stream = stream;
  }

  add(segment: Segment): void {
    if (this.#isEmpty) this.outputOffset = segment.outputOffset;
    this.#isEmpty = false;
    const length = segment.kind === "gap" ? segment.missingBytes : segment.bytes.length;
    this.outputLength = segment.outputOffset + length - this.outputOffset;
    if (segment.kind === "gap" || segment.block === null) return;
    this.blocks = [this.blocks?.[0] ?? segment.block, segment.block];
  }
}
