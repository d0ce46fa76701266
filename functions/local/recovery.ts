import { CodecError } from "../../shared/errors.ts";
import type { SettledEvent } from "../../shared/hu01/settle-gaps.ts";

/** Adds up what decoding an archive gives, to tell at its end whether it was whole, damaged or lost. */
export class Recovery {
  #decodedBytes = 0;
  #isWhole = true;
  /** The stream being read gives no byte at all. */
  isLostStream = false;

  add(event: SettledEvent): void {
    if (event.kind === "stream-start") this.isLostStream = event.decodedBytes === 0 && event.declaredBytes > 0;
    if (event.kind === "gap") this.#isWhole = false;
    if (event.kind === "stream-end") {
      this.#decodedBytes += event.decodedBytes;
      if (event.decodedBytes !== event.declaredBytes) this.#isWhole = false;
    }
  }

  /**
   * True when every announced byte came.
   *
   * @throws CodecError hu01/nothing-recovered when something was announced and nothing came
   */
  isWholeAtEnd(): boolean {
    if (!this.#isWhole && this.#decodedBytes === 0) throw new CodecError("hu01/nothing-recovered");
    return this.#isWhole;
  }
}
