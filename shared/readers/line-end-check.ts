const LF = 0x0a;
const CR = 0x0d;

/** Looks for line ends that are not CRLF while bytes pass by. */
export class LineEndCheck {
  #found = false;
  /** Null when the byte before the next one is not known. */
  #endedInCr: boolean | null = null;

  /** True when a bare LF or a bare CR has been seen. */
  get hasBareLineEnd(): boolean {
    return this.#found;
  }

  add(bytes: Uint8Array): void {
    if (this.#found || bytes.length === 0) return;
    if (this.#endedInCr !== null && this.#endedInCr !== (bytes[0] === LF)) this.#found = true;
    for (let at = bytes.indexOf(LF, 1); at !== -1 && !this.#found; at = bytes.indexOf(LF, at + 1)) {
      if (bytes[at - 1] !== CR) this.#found = true;
    }
    for (let at = bytes.indexOf(CR); at !== -1 && !this.#found; at = bytes.indexOf(CR, at + 1)) {
      if (at + 1 < bytes.length && bytes[at + 1] !== LF) this.#found = true;
    }
    this.#endedInCr = bytes[bytes.length - 1] === CR;
  }

  /** A hole: what stood before it is not known to go together with what follows. */
  reset(): void {
    this.#endedInCr = null;
  }
}
