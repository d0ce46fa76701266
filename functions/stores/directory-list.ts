import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isAbsence, readFailed } from "./directory-fault.ts";
import { PARTIAL_FOLDER } from "./directory-key.ts";
import { compareKeys } from "./key-order.ts";

/** Which keys: those that begin with `prefix` and stand behind `after` ("" for all). */
export interface KeyRange {
  readonly prefix: string;
  readonly after: string;
}

/**
 * The keys of all files below a folder, in the order of `compareKeys`. One folder's names are held at a time, and folders
 * outside the range are not opened. Links and special files are not objects.
 *
 * @throws StoreError stores/read-failed
 */
export async function* listFolder(root: string, range: KeyRange): AsyncGenerator<string> {
  yield* listBelow(root, "", range);
}

async function* listBelow(root: string, folderKey: string, range: KeyRange): AsyncGenerator<string> {
  for (const name of await sortedNames(join(root, folderKey))) {
    const key = folderKey + name;
    if (key === `${PARTIAL_FOLDER}/`) continue;
    if (!name.endsWith("/")) {
      if (key.startsWith(range.prefix) && compareKeys(key, range.after) > 0) yield key;
    } else if (mayHold(key, range)) {
      yield* listBelow(root, key, range);
    }
  }
}

/** File names, and folder names with a slash behind: so sorted, the keys below them come out in order too. */
async function sortedNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readFolder(folder)) {
    if (entry.isFile()) names.push(entry.name);
    else if (entry.isDirectory()) names.push(`${entry.name}/`);
  }
  return names.sort(compareKeys);
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsence(error)) return [];
    throw readFailed(error);
  }
}

function mayHold(folderKey: string, { prefix, after }: KeyRange): boolean {
  const inPrefix = folderKey.startsWith(prefix) || prefix.startsWith(folderKey);
  return inPrefix && (compareKeys(folderKey, after) > 0 || after.startsWith(folderKey));
}
