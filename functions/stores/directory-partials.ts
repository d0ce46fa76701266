import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** No file grows for longer; what is older was left by a process that was killed. */
const MAX_AGE_MILLIS = 24 * 60 * 60 * 1000;

/** Removes what killed processes left half written, as far as that is possible. Never rejects. */
export async function sweepPartials(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => null);
    const isLeft = stats !== null && Date.now() - stats.mtimeMs > MAX_AGE_MILLIS;
    if (isLeft) await rm(path, { force: true }).catch(() => undefined);
  }
}
