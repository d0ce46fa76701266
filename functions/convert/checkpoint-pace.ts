/** How much work is risked: whatever comes first makes a checkpoint due. */
export interface CheckpointPace {
  /** Bytes read and written. */
  readonly bytes: number;
  readonly millis: number;
}

/** Of what a job does in a second, a checkpoint takes less than a hundredth; a job that ends before makes none. */
export const DEFAULT_PACE: CheckpointPace = { bytes: 64 * 1024 ** 2, millis: 10_000 };

/** Says when it is time for a checkpoint. */
export class Pacemaker {
  readonly #pace: CheckpointPace;
  /** Null until work begins: what is passed over beforehand is no work that could be lost. */
  #rested: { readonly millis: number; readonly bytesRead: number } | null = null;
  #written = 0;

  constructor(pace: CheckpointPace) {
    this.#pace = pace;
  }

  written(bytes: number): void {
    this.#written += bytes;
  }

  /** @param bytesRead of the source, in all */
  isDue(bytesRead: number): boolean {
    const now = performance.now();
    this.#rested ??= { millis: now, bytesRead };
    if (bytesRead - this.#rested.bytesRead + this.#written >= this.#pace.bytes) return true;
    return now - this.#rested.millis >= this.#pace.millis;
  }

  /** A checkpoint was made. */
  rest(bytesRead: number): void {
    this.#rested = { millis: performance.now(), bytesRead };
    this.#written = 0;
  }
}
