import { concatBytes } from "../../bytes/byte-source.ts";

const LF = 0x0a;
const QUOTE = 0x3e;
const FROM = [0x46, 0x72, 0x6f, 0x6d, 0x20];
const ONE_QUOTE = Uint8Array.of(QUOTE);

/**
 * mboxrd quoting: each line that is `From `, whatever number of `>` stands before it, gets one more `>`. Taking one
 * off such lines gives the message back byte for byte. Takes chunks of any size; lines may be of any length.
 */
export class MboxQuoting {
  /** Bytes of `From ` seen since the line began, or since the `>` in front of it; -1 inside a line. */
  #matched = 0;
  #held: Uint8Array = new Uint8Array(0);

  /** The next bytes, quoted. What may be the beginning of a `From ` is held back. */
  take(chunk: Uint8Array): readonly Uint8Array[] {
    const bytes = this.#withHeld(chunk);
    const pieces: Uint8Array[] = [];
    let given = 0;
    for (const from of this.#fromLines(bytes)) {
      // One more `>` behind those that are there is the same as one before them, which may be given away already.
      pieces.push(bytes.subarray(given, from), ONE_QUOTE);
      given = from;
    }
    const kept = Math.max(0, this.#matched);
    this.#held = bytes.slice(bytes.length - kept);
    pieces.push(bytes.subarray(given, bytes.length - kept));
    return pieces.filter(({ length }) => length > 0);
  }

  /** What was held back. */
  end(): Uint8Array {
    return this.#held;
  }

  #withHeld(chunk: Uint8Array): Uint8Array {
    if (this.#held.length === 0) return chunk;
    this.#matched = 0;
    return concatBytes([this.#held, chunk]);
  }

  /** Where a `From ` at the beginning of a line stands. */
  *#fromLines(bytes: Uint8Array): Generator<number> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#matched < 0) {
        const end = bytes.indexOf(LF, at);
        if (end < 0) return;
        this.#matched = 0;
        at = end + 1;
      } else if (bytes[at] === FROM[this.#matched]) {
        this.#matched += 1;
        at += 1;
        if (this.#matched < FROM.length) continue;
        this.#matched = -1;
        yield at - FROM.length;
      } else if (this.#matched === 0 && bytes[at] === QUOTE) at += 1;
      else this.#matched = -1;
    }
  }
}
