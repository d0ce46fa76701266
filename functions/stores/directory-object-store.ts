import { randomUUID } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ByteSource } from "../../shared/bytes/byte-source.ts";
import { StoreError } from "../../shared/errors.ts";
import type { DeleteOptions, ObjectFacts, ObjectStore, ReadOptions, WriteOptions } from "../../shared/object-store.ts";
import { isAbsence, keyClash, readFailed, systemCode, writeFailed } from "./directory-fault.ts";
import { keyToPath, PARTIAL_FOLDER } from "./directory-key.ts";
import { listFolder } from "./directory-list.ts";
import { sweepPartials } from "./directory-partials.ts";
import { writeSmallFile } from "./small-file.ts";
import { WriteBehind } from "./write-behind.ts";

/** Bytes asked of the file system at a time: enough that the calls cost nothing beside the decoding. */
const CHUNK_BYTES = 256 * 1024;
/** A folder may vanish between being made and being used, when a neighbour's delete empties it; then once more. */
const MAX_RACES = 10;

/**
 * Objects as files below a folder, each under its key read as a path. A file grows in `.partial/` and is renamed
 * into its place when it is complete, so no reader and no crash ever shows half of one.
 *
 * @param root the folder; made when the first object is written
 */
export function createDirectoryObjectStore(root: string): ObjectStore {
  return new DirectoryObjectStore(resolve(root));
}

class DirectoryObjectStore implements ObjectStore {
  readonly #root: string;
  #growing = 0;
  #isSwept = false;

  constructor(root: string) {
    this.#root = root;
  }

  async head(key: string): Promise<ObjectFacts | null> {
    const path = keyToPath(this.#root, key);
    try {
      const stats = await stat(path, { bigint: true });
      return stats.isFile() ? toFacts(key, stats) : null;
    } catch (error) {
      if (isAbsence(error)) return null;
      throw readFailed(error);
    }
  }

  async *read(key: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    options.signal?.throwIfAborted();
    const handle = await openForReading(keyToPath(this.#root, key));
    try {
      const etag = toEtag(await statFile(handle));
      if (options.etag !== undefined && options.etag !== etag) throw sourceChanged();
      yield* readRange(handle, options);
      // A file that is written over in place gives a mixture of old and new; only its facts can tell.
      if (toEtag(await statFile(handle)) !== etag) throw sourceChanged();
    } finally {
      await handle.close();
    }
  }

  async write(key: string, content: ByteSource, options: WriteOptions = {}): Promise<ObjectFacts> {
    const path = keyToPath(this.#root, key);
    options.signal?.throwIfAborted();
    const partial = join(this.#root, PARTIAL_FOLDER, randomUUID());
    if (!this.#isSwept) {
      this.#isSwept = true;
      await sweepPartials(dirname(partial));
    }
    this.#growing += 1;
    try {
      return toFacts(key, await writeFile(partial, path, content, options.signal));
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    } finally {
      this.#growing -= 1;
      // Best effort: another process may be filling files of its own there.
      if (this.#growing === 0) await rmdir(dirname(partial)).catch(() => undefined);
    }
  }

  list(prefix: string, options: { readonly after?: string } = {}): AsyncGenerator<ObjectFacts> {
    return this.#list(prefix, options.after ?? "");
  }

  async *#list(prefix: string, after: string): AsyncGenerator<ObjectFacts> {
    for await (const key of listFolder(this.#root, { prefix, after })) {
      const facts = await this.head(key);
      if (facts !== null) yield facts;
    }
  }

  async delete(key: string, { etag }: DeleteOptions = {}): Promise<void> {
    const path = keyToPath(this.#root, key);
    if (etag !== undefined && (await this.head(key))?.etag !== etag) return;
    try {
      await unlink(path);
    } catch (error) {
      // What unlink says of a folder differs between systems; a folder is no object.
      if ((await this.head(key)) === null) return;
      throw writeFailed(error);
    }
    await removeEmptyFolders(dirname(path), this.#root);
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isAbsence(error)) throw new StoreError("stores/not-found", undefined, { cause: error });
    throw readFailed(error);
  }
}

async function statFile(handle: FileHandle): Promise<BigIntStats> {
  let stats: BigIntStats;
  try {
    stats = await handle.stat({ bigint: true });
  } catch (error) {
    throw readFailed(error);
  }
  if (!stats.isFile()) throw new StoreError("stores/not-found");
  return stats;
}

async function* readRange(handle: FileHandle, options: ReadOptions): AsyncGenerator<Uint8Array> {
  let position = options.range?.offset ?? 0;
  const end = position + (options.range?.length ?? Number.POSITIVE_INFINITY);
  while (position < end) {
    options.signal?.throwIfAborted();
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - position));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position).catch((error: unknown) => {
      throw readFailed(error);
    });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

async function openForWriting(partial: string): Promise<FileHandle> {
  try {
    return await withFolder(dirname(partial), () => open(partial, "wx"));
  } catch (error) {
    throw writeFailed(error);
  }
}

/** Writes the content to its end and moves the file into its place. An error of the content rises as it is. */
async function writeFile(
  partial: string,
  path: string,
  content: ByteSource,
  signal: WriteOptions["signal"],
): Promise<BigIntStats> {
  const file = new WriteBehind(() => openForWriting(partial));
  let stats: BigIntStats;
  try {
    for await (const chunk of content) {
      signal?.throwIfAborted();
      await file.write(chunk).catch(failWriting);
    }
    signal?.throwIfAborted();
    if (file.unsent !== null) return writeSmallFile(partial, path, file.unsent);
    stats = await file.end().catch(failWriting);
    signal?.throwIfAborted();
  } finally {
    await file.close();
  }
  await moveIntoPlace(partial, path);
  return stats;
}

function failWriting(error: unknown): never {
  throw error instanceof StoreError ? error : writeFailed(error);
}

async function moveIntoPlace(partial: string, path: string): Promise<void> {
  try {
    await withFolder(dirname(path), () => rename(partial, path));
  } catch (error) {
    throw keyClash(error) ?? writeFailed(error);
  }
}

/** Does something in a folder, and makes the folder when it turns out not to be there. */
async function withFolder<T>(folder: string, act: () => Promise<T>): Promise<T> {
  for (let race = 0; ; race += 1) {
    try {
      return await act();
    } catch (error) {
      if (systemCode(error) !== "ENOENT" || race === MAX_RACES) throw error;
      await mkdir(folder, { recursive: true }).catch((mkdirError: unknown) => {
        // The folder above may vanish in the same way.
        if (systemCode(mkdirError) !== "ENOENT") throw mkdirError;
      });
    }
  }
}

/** What S3 has no notion of should not stay behind: folders that hold nothing. */
async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let path = folder; path !== root && path.startsWith(root); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch {
      return;
    }
  }
}

function toFacts(key: string, stats: BigIntStats): ObjectFacts {
  return { key, size: Number(stats.size), etag: toEtag(stats) };
}

/** Changes with the file (ino), its length and every write to it. */
function toEtag(stats: BigIntStats): string {
  return `${stats.ino.toString(36)}-${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}`;
}

function sourceChanged(): StoreError {
  return new StoreError("stores/source-changed");
}
