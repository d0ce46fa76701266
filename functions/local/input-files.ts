import { stat } from "node:fs/promises";
import { basename, extname, join, resolve, sep } from "node:path";
import { listDroppedFiles } from "./dropped-files.ts";

/** A file to convert. */
export interface InputFile {
  /** As the person named it, or found below the folder that they named. Nothing may be there. */
  readonly path: string;
  /** Name of its result folder: its file name without extension, with `-2` and so on behind twins. */
  readonly resultName: string;
}

/**
 * The files that the arguments of a command name, in their order. A folder stands for the files in it and below it,
 * by path; hidden and temporary ones are left out, and so are the results that lie in `outputFolder`.
 */
export async function listInputFiles(paths: readonly string[], outputFolder: string): Promise<InputFile[]> {
  const files: string[] = [];
  for (const path of paths) files.push(...(await expand(path, resolve(outputFolder) + sep)));
  const taken = new Set<string>();
  return files.map((path) => ({ path, resultName: pickName(path, taken) }));
}

async function expand(path: string, outputFolder: string): Promise<string[]> {
  const stats = await stat(path).catch(() => null);
  if (stats === null || !stats.isDirectory()) return [path];
  const files: string[] = [];
  for await (const { path: below } of listDroppedFiles(path)) {
    const file = join(path, below);
    if (!resolve(file).startsWith(outputFolder)) files.push(file);
  }
  return files;
}

/** Names that differ only in case or in the composition of letters are one on some systems, so they are twins. */
function pickName(path: string, taken: Set<string>): string {
  const stem = basename(path, extname(path)).replace(/[. ]+$/u, "") || "archive";
  for (let count = 1; ; count++) {
    const name = count === 1 ? stem : `${stem}-${count}`;
    const twin = name.normalize("NFC").toLowerCase();
    if (taken.has(twin)) continue;
    taken.add(twin);
    return name;
  }
}
