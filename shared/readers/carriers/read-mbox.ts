import type { Limits } from "../../limits.ts";
import { isMboxSeparator, startsWithFrom } from "../../payload/mbox-separator.ts";
import type { Member } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";

const WINDOW_BYTES = 65_536;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x3e;

/**
 * Reads an mbox: one message between two `From_` lines, without the blank line that ends it, and with one `>` taken off
 * each quoted `From ` line (mboxrd; mboxo quotes the same way, but leaves lines alone that are quoted already, which
 * cannot be seen). A `From_` line counts at the beginning and behind a blank line.
 */
export async function* readMbox(input: CarrierInput, limits: Limits): AsyncGenerator<Member> {
  for (let number = 1; ; number++) {
    const line = await input.passLine(limits.maxSniffBytes);
    if (line === "") return;
    yield { kind: "member", name: `message ${number}`, bytes: readMessage(input), payload: "message" };
  }
}

async function* readMessage(input: CarrierInput): AsyncGenerator<Uint8Array> {
  let isInsideLine = false;
  for (;;) {
    const bytes = await input.peek(WINDOW_BYTES);
    const window = new LineWindow(bytes, bytes.length < WINDOW_BYTES);
    const { content, passed, isOver } = window.take(isInsideLine);
    isInsideLine = window.endsInsideLine;
    input.passCarried(content.length);
    input.passFraming(passed - content.length);
    if (content.length > 0) yield content;
    if (isOver) return;
  }
}

/** Some lines of an mbox, at the beginning of a line unless told otherwise. */
class LineWindow {
  readonly #bytes: Uint8Array;
  /** True when the mbox ends with it. */
  readonly #isLast: boolean;
  readonly #content: Uint8Array;
  #length = 0;
  #at = 0;
  endsInsideLine = false;

  constructor(bytes: Uint8Array, isLast: boolean) {
    this.#bytes = bytes;
    this.#isLast = isLast;
    this.#content = new Uint8Array(bytes.length);
  }

  /** The message's part of it, as far as the lines in it can be judged. */
  take(isInsideLine: boolean): { readonly content: Uint8Array; readonly passed: number; readonly isOver: boolean } {
    if (isInsideLine) this.#copyLine(0);
    let isOver = false;
    while (this.#at < this.#bytes.length && this.#isJudgeable()) {
      const blankLength = this.#blankLineLength();
      const next = this.#at + blankLength;
      if (blankLength > 0 && (next === this.#bytes.length || isMboxSeparator(this.#bytes, next))) {
        this.#at = next;
        isOver = true;
        break;
      }
      this.#copyLine(this.#isQuoted() ? 1 : 0);
    }
    isOver ||= this.#isLast && this.#at === this.#bytes.length;
    return { content: this.#content.subarray(0, this.#length), passed: this.#at, isOver };
  }

  /** A line needs its end, and a blank one the line behind it too, unless they do not fit into any window. */
  #isJudgeable(): boolean {
    if (this.#isLast || this.#at === 0) return true;
    const end = this.#bytes.indexOf(LF, this.#at);
    if (end < 0) return false;
    return this.#blankLineLength() === 0 || this.#bytes.indexOf(LF, end + 1) >= 0;
  }

  #blankLineLength(): number {
    if (this.#bytes[this.#at] === LF) return 1;
    return this.#bytes[this.#at] === CR && this.#bytes[this.#at + 1] === LF ? 2 : 0;
  }

  #isQuoted(): boolean {
    let at = this.#at;
    while (this.#bytes[at] === QUOTE) at++;
    return at > this.#at && startsWithFrom(this.#bytes, at);
  }

  /** Copies what is left of the line, without its first `dropped` bytes. */
  #copyLine(dropped: number): void {
    const end = this.#bytes.indexOf(LF, this.#at);
    const next = end < 0 ? this.#bytes.length : end + 1;
    this.endsInsideLine = end < 0;
    const line = this.#bytes.subarray(this.#at + dropped, next);
    this.#content.set(line, this.#length);
    this.#length += line.length;
    this.#at = next;
  }
}
