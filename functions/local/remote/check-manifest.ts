import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import { LocalError } from "../local-error.ts";
import { checkResultFilePath } from "./result-file-path.ts";

const sumSchema = z.object({ path: z.string(), sha256: z.string(), pack: z.string().optional() });
/** What a skipped item has left stands one level deeper. */
const lineSchema = z.union([sumSchema, z.object({ kept: sumSchema }).transform(({ kept }) => kept)]);
type FileSum = z.infer<typeof sumSchema>;

/**
 * Reads every file of a downloaded result once more from the disk and compares its SHA-256 with the one in
 * `manifest.jsonl`. Holds one line of it at a time. `report.json` and the manifest itself have no sum in it.
 *
 * @throws LocalError cli/download-mismatch
 */
export async function checkManifest(resultFolder: string, signal: AbortSignal): Promise<void> {
  for await (const { path, sha256 } of readSums(join(resultFolder, "manifest.jsonl"))) {
    const file = join(resultFolder, checkResultFilePath(path));
    if ((await hashFile(file, signal)) !== sha256) throw mismatch("A file has another SHA-256 than its manifest says.");
  }
}

/** What lies in a pack is proven with the pack. */
async function* readSums(manifest: string): AsyncGenerator<FileSum> {
  for await (const line of createInterface({
    input: createReadStream(manifest),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    if (parsed.success && parsed.data.pack === undefined) yield parsed.data;
  }
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { signal }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw mismatch("A file of the manifest was not among those that the service lists.");
    throw error;
  });
  return hash.digest("hex");
}

function mismatch(message: string): LocalError {
  return new LocalError("cli/download-mismatch", message);
}
