import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** Large enough that the calls cost nothing beside the decoding, small enough for many files at a time. */
const PIECE_BYTES = 512 * 1024;
/** A file up to this size may be written at once. */
const SMALL_BYTES = 64 * 1024;

/**
 * Writes a file in large pieces, one on its way to the disk while the next is gathered. Chunks must not be changed
 * once they are handed over. Errors are those of the file system, as they come.
 */
export class WriteBehind {
  readonly #open: () => Promise<FileHandle>;
  #handle: FileHandle | null = null;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  /** @param open opens the file at the place where the first chunk goes; called when there is a piece to write */
  constructor(open: () => Promise<FileHandle>) {
    this.#open = open;
  }

  /** All chunks, when the file has not been opened because there were so few; null once it has been. */
  get unsent(): readonly Uint8Array[] | null {
    return this.#handle === null && this.#gatheredBytes <= SMALL_BYTES ? this.#gathered : null;
  }

  /** Resolves when it can take more; an earlier chunk's error may come here. */
  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#gathered.push(chunk);
    this.#gatheredBytes += chunk.length;
    if (this.#gatheredBytes >= PIECE_BYTES) await this.#send();
  }

  /** Resolves when all is written. */
  async end(): Promise<BigIntStats> {
    const handle = await this.#send();
    await this.#underWay;
    return await handle.stat({ bigint: true });
  }

  /** Closes the file if it was opened. */
  async close(): Promise<void> {
    await this.#handle?.close();
  }

  async #send(): Promise<FileHandle> {
    await this.#underWay;
    this.#handle ??= await this.#open();
    this.#underWay = writeAll(this.#handle, this.#gathered);
    // Whoever writes next or ends sees the failure; nobody may ever do so.
    this.#underWay.catch(() => undefined);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    return this.#handle;
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
