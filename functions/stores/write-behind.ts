import type { FileHandle } from "node:fs/promises";

/** Large enough that the calls cost nothing beside the decoding, small enough for many files at a time. */
const PIECE_BYTES = 512 * 1024;

/**
 * Writes a file in large pieces, one on its way to the disk while the next is gathered. Chunks must not be changed
 * once they are handed over. Errors are those of the file system, as they come.
 */
export class WriteBehind {
  readonly #handle: FileHandle;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  /** @param handle at the place where the first chunk goes; its owner closes it */
  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Resolves when it can take more; an earlier chunk's error may come here. */
  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#gathered.push(chunk);
    this.#gatheredBytes += chunk.length;
    if (this.#gatheredBytes >= PIECE_BYTES) await this.#send();
  }

  /** Resolves when all is written. */
  async end(): Promise<void> {
    await this.#send();
    await this.#underWay;
  }

  async #send(): Promise<void> {
    await this.#underWay;
    this.#underWay = writeAll(this.#handle, this.#gathered);
    // Whoever writes next or ends sees the failure; nobody may ever do so.
    this.#underWay.catch(() => undefined);
    this.#gathered = [];
    this.#gatheredBytes = 0;
  }
}

async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (let left = chunks; left.length > 0; ) {
    const { bytesWritten } = await handle.writev(left);
    left = withoutFirst(left, bytesWritten);
  }
}

function withoutFirst(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let passed = 0;
  return chunks.flatMap((chunk) => {
    const rest = chunk.subarray(Math.min(chunk.length, Math.max(0, count - passed)));
    passed += chunk.length;
    return rest.length === 0 ? [] : [rest];
  });
}
