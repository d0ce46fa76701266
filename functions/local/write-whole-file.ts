import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StoreError } from "../../shared/errors.ts";
import { WriteBehind } from "../stores/write-behind.ts";

/** Takes bytes in order; resolves when it can take more. They must not be changed once they are handed over. */
export type Write = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes a file that appears under its name complete or not at all: it grows under another name beside it.
 *
 * @param fill writes the content; when it throws, nothing is left and an older file of the name stays as it was
 * @throws StoreError stores/write-failed, and whatever `fill` throws
 */
export async function writeWholeFile<T>(path: string, fill: (write: Write) => Promise<T>): Promise<T> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    const result = await fillFile(partial, fill);
    await rename(partial, path);
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw isSystemError(error) ? writeFailed(error) : error;
  }
}

async function fillFile<T>(path: string, fill: (write: Write) => Promise<T>): Promise<T> {
  const handle = await open(path, "w");
  const file = new WriteBehind(async () => handle);
  try {
    const result = await fill((bytes) => file.write(bytes));
    await file.end();
    return result;
  } finally {
    await handle.close();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

function writeFailed(cause: NodeJS.ErrnoException): StoreError {
  const system = cause.code ?? "unknown";
  return new StoreError("stores/write-failed", `The file cannot be written: ${system}.`, {
    details: { system },
    cause,
  });
}
