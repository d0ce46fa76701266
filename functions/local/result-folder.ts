import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../../shared/errors.ts";
import { LocalError } from "./local-error.ts";

/** A place beside the results where one conversion grows, so that its result appears complete or not at all. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
}

/**
 * Makes a workshop in the output folder, which is made too and removed again when it stays empty.
 *
 * @throws StoreError stores/write-failed when the output folder cannot be used
 */
export async function openWorkshop(outputFolder: string): Promise<Workshop> {
  const firstMade = await mkdir(outputFolder, { recursive: true }).catch(unusable);
  const folder = await mkdtemp(join(outputFolder, ".hu01-")).catch(unusable);
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      await rm(folder, { recursive: true, force: true });
      if (firstMade !== undefined) await removeWhenEmpty(outputFolder);
    },
  };
}

/** @throws LocalError cli/output-exists when something is there already: a file, or a folder that holds anything */
export async function checkIsFree(resultFolder: string): Promise<void> {
  const stats = await stat(resultFolder).catch(() => null);
  if (stats === null) return;
  if (stats.isDirectory() && (await readdir(resultFolder)).length === 0) return;
  throw new LocalError("cli/output-exists", `${resultFolder} is there already.`);
}

/** Moves a finished result to its place; an older one is replaced as a whole. */
export async function moveResult(from: string, resultFolder: string, { folder }: Workshop): Promise<void> {
  await rename(resultFolder, join(folder, "replaced")).catch(absent);
  await rename(from, resultFolder);
}

async function removeWhenEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(absent);
  if (names.length === 0) await rmdir(folder);
}

function absent(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}

function unusable(cause: NodeJS.ErrnoException): never {
  const system = cause.code ?? "unknown";
  const message = `The output folder cannot be used: ${system}.`;
  throw new StoreError("stores/write-failed", message, { details: { system }, cause });
}
