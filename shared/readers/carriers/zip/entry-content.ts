import { crc32 } from "../../../bytes/crc32.ts";
import type { ErrorCode } from "../../../errors.ts";
import type { Limits } from "../../../limits.ts";
import { isBomb } from "../inflate-budget.ts";
import { EntryInflater, inflateWhole } from "./entry-inflater.ts";
import type { Proof } from "./entry-pieces.ts";

/** A member up to this size is inflated in one go, if its data came in one piece. */
const MAX_WHOLE_BYTES = 256 * 1024;

/** How the data of an entry becomes its bytes. */
export interface EntryPlan {
  readonly isDeflated: boolean;
  /** What its bytes must be: one of these, by the directory or by its own header. Asked for at its end, too. */
  readonly proofs: () => readonly Proof[];
  /** Bytes that may come out of deflated data. */
  readonly allowedBytes: number;
}

/** The bytes of an entry, given out as they come and proved by CRC-32 and size at their end. */
export class EntryContent {
  /** Why they ended too early, or are not proved; null before their end. */
  problem: ErrorCode | null = null;
  readonly #plan: EntryPlan;
  readonly #limits: Limits;
  #bytesIn = 0;
  #bytesOut = 0;
  #crc = 0;

  constructor(plan: EntryPlan, limits: Limits) {
    this.#plan = plan;
    this.#limits = limits;
  }

  /** Bytes that deflated data has become. */
  get inflatedBytes(): number {
    return this.#plan.isDeflated ? this.#bytesOut : 0;
  }

  /** @param data of the entry, which is read no further than until the bytes are proved */
  async *read(data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let inflater: EntryInflater | null = null;
    // Nothing is proved by nothing.
    let isOver = this.#isProved;
    if (!isOver) {
      for await (const piece of data) {
        const whole = this.#plan.isDeflated && inflater === null ? this.#provedWhole(piece) : null;
        if (whole !== null || !this.#plan.isDeflated) yield* this.#stored(whole ?? piece);
        else {
          inflater ??= new EntryInflater();
          yield* this.#inflated(piece, inflater);
        }
        isOver = this.problem !== null || this.#isProved;
        if (isOver) break;
      }
    }
    if (this.problem === null && !this.#isProved) this.problem = "readers/carrier-damaged";
  }

  get #isProved(): boolean {
    return this.#plan.proofs().some(({ crc, plainBytes }) => crc === this.#crc && plainBytes === this.#bytesOut);
  }

  /** What the first piece becomes when it is all of the data, as nearly always in an archive of mails. */
  #provedWhole(piece: Uint8Array): Uint8Array | null {
    const most = Math.min(MAX_WHOLE_BYTES, this.#plan.allowedBytes);
    for (const { crc, plainBytes } of this.#plan.proofs()) {
      const bytes = plainBytes <= most ? inflateWhole(piece, plainBytes) : null;
      if (bytes !== null && crc32(bytes) === crc) return bytes;
    }
    return null;
  }

  *#stored(piece: Uint8Array): Generator<Uint8Array> {
    this.#count(piece);
    yield piece;
  }

  *#inflated(piece: Uint8Array, inflater: EntryInflater): Generator<Uint8Array> {
    for (const { bytesIn, pieces } of inflater.push(piece)) {
      this.#bytesIn += bytesIn;
      for (const bytes of pieces) this.#count(bytes);
      yield* pieces;
      const sizes = { bytesIn: this.#bytesIn, bytesOut: this.#bytesOut };
      if (isBomb(sizes, this.#plan.allowedBytes, this.#limits)) this.problem = "readers/member-bomb";
      if (this.problem !== null) return;
    }
    if (inflater.isBroken && !this.#isProved) this.problem = "readers/carrier-damaged";
  }

  #count(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc);
    this.#bytesOut += bytes.length;
  }
}
