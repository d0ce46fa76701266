import { constants, createReadStream } from "node:fs";
import { access, stat } from "node:fs/promises";
import { StoreError } from "../../shared/errors.ts";
import type { ReopenableArchive } from "../../shared/hu01/settle-gaps.ts";
import { LocalError } from "./local-error.ts";

const CHUNK_BYTES = 256 * 1024;

/** An archive in a file that a person named: see readArchiveFile. */
export function openArchiveFile(path: string): ReopenableArchive & { size(): Promise<number> } {
  return {
    bytes: readArchiveFile(path, 0),
    reopen: (archiveOffset) => readArchiveFile(path, archiveOffset),
    size: async () => (await stat(path)).size,
  };
}

/**
 * The bytes of a file from an offset to its end.
 *
 * @throws LocalError cli/input-unreadable
 * @throws StoreError stores/read-failed when it fails on the way
 */
async function* readArchiveFile(path: string, start: number): AsyncGenerator<Uint8Array> {
  await checkIsReadable(path);
  try {
    // A named pipe can be read, but not from a place.
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES, ...(start === 0 ? {} : { start }) });
  } catch (cause) {
    throw new StoreError("stores/read-failed", "The file cannot be read.", { cause });
  }
}

/** @throws LocalError cli/input-unreadable for what is no file or must not be read */
export async function checkIsReadable(path: string): Promise<void> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw new LocalError("cli/input-unreadable", "There is no such file.");
  if (stats.isDirectory()) throw new LocalError("cli/input-unreadable", "That is a folder, not a file.");
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new LocalError("cli/input-unreadable", "The file may not be read.", { cause });
  });
}
