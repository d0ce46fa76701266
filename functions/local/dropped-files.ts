import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file as one look finds it. */
export interface DroppedFile {
  /** Below the folder, with forward slashes. */
  readonly path: string;
  readonly size: number;
  /** Changes whenever the file is written to or replaced. */
  readonly state: string;
  readonly lastModified: Date;
}

/** Names that programs give to files which they are still writing, or that belong to the system. */
const UNFINISHED =
  /^[.~]|~$|\.(?:tmp|temp|part|partial|crdownload|download|filepart|swp)$|^(?:thumbs\.db|desktop\.ini)$/iu;

/**
 * The files in a folder and below it that somebody put there on purpose, by path in code-unit order. Left out:
 * hidden, temporary and system files, links, and what vanishes meanwhile.
 */
export async function* listDroppedFiles(folder: string, below = ""): AsyncGenerator<DroppedFile> {
  for (const entry of await readFolder(join(folder, below))) {
    const path = below + entry.name;
    if (UNFINISHED.test(entry.name)) continue;
    if (entry.isDirectory()) yield* listDroppedFiles(folder, `${path}/`);
    else if (entry.isFile()) yield* readState(folder, path);
  }
}

async function readFolder(folder: string): Promise<Dirent[]> {
  const entries = await orNothing(readdir(folder, { withFileTypes: true }));
  return (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function* readState(folder: string, path: string): AsyncGenerator<DroppedFile> {
  const stats = await orNothing(stat(join(folder, path), { bigint: true }));
  if (stats === null) return;
  const { ino, size, mtimeNs, mtime } = stats;
  yield { path, size: Number(size), state: `${ino} ${size} ${mtimeNs}`, lastModified: mtime };
}

/** Null for what is not there any more. */
async function orNothing<T>(look: Promise<T>): Promise<T | null> {
  try {
    return await look;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
