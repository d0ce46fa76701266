import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataFolder } from "./data-folder.ts";

const TOKEN_FILE = "token";
const TOKEN_BYTES = 32;

/**
 * The secret that opens the service to other machines. Made once per data folder, readable by its owner only, so
 * that a restart locks nobody out; deleting the file makes a new one.
 *
 * @returns 43 characters of base64url
 */
export async function openAccessToken({ root }: Pick<DataFolder, "root">): Promise<string> {
  const path = join(root, TOKEN_FILE);
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  try {
    await writeFile(path, `${token}\n`, { flag: "wx", mode: 0o600 });
    return token;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return (await readFile(path, "utf8")).trim();
  }
}
