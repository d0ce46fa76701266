import { copyFile, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PARTIAL_FOLDER } from "../stores/directory-key.ts";

/**
 * Where the local service keeps everything:
 *
 *     data/
 *       inbox/          put archives here; they stay where they are
 *       uploads/{job}/  what came through the API
 *       parts/{job}/    parts of uploads that are not complete
 *       results/{job}/  what was made of it
 *       jobs.sqlite     the job records
 *       notes.sqlite    what the API keeps beside them
 *       callbacks.sqlite  who is still to be told that a job has ended
 *       token           what other machines must know; only when the service is open to them
 *       service.log     JSON lines; ids and counts only
 */
export interface DataFolder {
  readonly root: string;
  readonly inbox: string;
  readonly results: string;
  readonly jobs: string;
  readonly notes: string;
  readonly callbacks: string;
  readonly log: string;
  /** True when there was no inbox before. */
  readonly isNew: boolean;
}

/** Inbox and uploads are keys of one store, whose root is the data folder itself. This is what inbox keys begin with. */
export const INBOX_PREFIX = "inbox/";

const STALE_MILLIS = 24 * 3600 * 1000;

/** Opens a data folder and makes what is missing of it. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const root = resolve(path);
  const inbox = join(root, "inbox");
  const isNew = (await stat(inbox).catch(() => null)) === null;
  // Mail is private; whoever shares the machine need not read it.
  await mkdir(root, { recursive: true, mode: 0o700 });
  await mkdir(inbox, { recursive: true });
  await removeStalePartials(root);
  await removeStalePartials(join(root, "results"));
  return {
    root,
    inbox,
    results: join(root, "results"),
    jobs: join(root, "jobs.sqlite"),
    notes: join(root, "notes.sqlite"),
    callbacks: join(root, "callbacks.sqlite"),
    log: join(root, "service.log"),
    isNew,
  };
}

/** What a process that died was writing. A file that still grows is younger. */
async function removeStalePartials(storeRoot: string): Promise<void> {
  const folder = join(storeRoot, PARTIAL_FOLDER);
  for (const name of await readdir(folder).catch(() => [])) {
    const stats = await stat(join(folder, name)).catch(() => null);
    if (stats !== null && Date.now() - stats.mtimeMs > STALE_MILLIS) await rm(join(folder, name), { force: true });
  }
}

/** Puts a file into the inbox, complete from its first moment there. */
export async function putIntoInbox({ root, inbox }: DataFolder, path: string, name: string): Promise<void> {
  const partial = join(root, `${name}.partial`);
  await copyFile(path, partial);
  await rename(partial, join(inbox, name));
}
