import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { StoreError } from "../../shared/errors.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of a file that a person named.
 *
 * @throws StoreError stores/not-found, stores/read-failed
 */
export async function* readArchiveFile(path: string): AsyncGenerator<Uint8Array> {
  await checkIsFile(path);
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (cause) {
    throw new StoreError("stores/read-failed", "The file cannot be read.", { cause });
  }
}

async function checkIsFile(path: string): Promise<void> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw new StoreError("stores/not-found", "There is no such file.");
  if (stats.isDirectory()) throw new StoreError("stores/not-found", "That is a folder, not a file.");
}
