import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { LocalError } from "./local-error.ts";

/** A place beside the results where one conversion grows, so that its result appears complete or not at all. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
}

/** Makes a workshop in the output folder, which is made too and removed again when it stays empty. */
export async function openWorkshop(outputFolder: string): Promise<Workshop> {
  const firstMade = await mkdir(outputFolder, { recursive: true });
  const folder = await mkdtemp(join(outputFolder, ".hu01-"));
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      await rm(folder, { recursive: true, force: true });
      if (firstMade !== undefined) await removeWhenEmpty(outputFolder);
    },
  };
}

/** @throws LocalError cli/output-exists when the folder holds anything */
export async function checkIsFree(resultFolder: string): Promise<void> {
  const names = await readdir(resultFolder).catch(absent);
  if (names.length === 0) return;
  throw new LocalError("cli/output-exists", `The folder ${resultFolder} already holds results.`);
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
