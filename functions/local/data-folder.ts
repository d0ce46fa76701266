import { copyFile, mkdir, rename, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

/**
 * Where the local service keeps everything:
 *
 *     data/
 *       inbox/          put archives here; they stay where they are
 *       uploads/{job}/  what came through the API
 *       results/{job}/  what was made of it
 *       jobs.sqlite     the job records
 *       service.log     JSON lines; ids and counts only
 */
export interface DataFolder {
  readonly root: string;
  readonly inbox: string;
  readonly results: string;
  readonly jobs: string;
  readonly log: string;
  /** True when there was no inbox before. */
  readonly isNew: boolean;
}

/** Inbox and uploads are keys of one store, whose root is the data folder itself. This is what inbox keys begin with. */
export const INBOX_PREFIX = "inbox/";

/** Opens a data folder and makes what is missing of it. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const root = resolve(path);
  const inbox = join(root, "inbox");
  const isNew = (await stat(inbox).catch(() => null)) === null;
  // Mail is private; whoever shares the machine need not read it.
  await mkdir(root, { recursive: true, mode: 0o700 });
  await mkdir(inbox, { recursive: true });
  return {
    root,
    inbox,
    results: join(root, "results"),
    jobs: join(root, "jobs.sqlite"),
    log: join(root, "service.log"),
    isNew,
  };
}

/** Puts a file into the inbox, complete from its first moment there. */
export async function putIntoInbox({ root, inbox }: DataFolder, path: string, name: string): Promise<void> {
  const partial = join(root, `${name}.partial`);
  await copyFile(path, partial);
  await rename(partial, join(inbox, name));
}
