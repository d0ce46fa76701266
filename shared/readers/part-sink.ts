/** Takes the body of one part, still in its transfer encoding and without the line end before the delimiter. */
export interface PartSink {
  write(bytes: Uint8Array): void;
  /** Bytes are missing here (or, before the first `write`, in the part's header). */
  hole(): void;
  end(): void;
}

const NOTHING = new Uint8Array(0);
const LF = 0x0a;
const CR = 0x0d;

/** Holds back the last line end of a body: it belongs to the delimiter if one follows (RFC 2046 5.1.1). */
export class BodyTail {
  #held: Uint8Array = NOTHING;

  /** Hands a piece of the body on, without the line end it may close with. */
  write(bytes: Uint8Array, sink: PartSink): void {
    if (bytes.length === 1 && bytes[0] === LF && this.#held.length === 1 && this.#held[0] === CR) {
      this.#held = Uint8Array.of(CR, LF);
      return;
    }
    this.release(sink);
    let end = bytes.length;
    if (bytes[end - 1] === LF) end -= 1;
    if (bytes[end - 1] === CR) end -= 1;
    this.#held = bytes.slice(end);
    if (end > 0) sink.write(bytes.subarray(0, end));
  }

  /** No delimiter follows: the line end is data. */
  release(sink: PartSink | null): void {
    if (this.#held.length > 0) sink?.write(this.#held);
    this.#held = NOTHING;
  }

  /** A delimiter follows. */
  drop(): void {
    this.#held = NOTHING;
  }
}
