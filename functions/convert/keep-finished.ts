import * as z from "zod";
import type { PackReceipt } from "../../shared/items/outcome.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { packLine } from "../../shared/report/manifest-line.ts";
import { retrying } from "../retrying.ts";

/** What a conversion has finished that was stopped. */
export interface Finished {
  /** The lines of everything that was dealt with, in order; the packs of some of them may never have been closed. */
  readonly manifest: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** Those that were. */
  readonly packs: readonly PackReceipt[];
}

/** What a line of the manifest says of objects. */
const lineSchema = z.object({
  path: z.string().optional(),
  pack: z.string().optional(),
  kept: z.object({ path: z.string(), pack: z.string().optional() }).optional(),
});

/** What the name of a single item's file begins with: its number. */
const ITEM_FILE = /^(?!unmapped\/)(?:[^/]+\/)*(\d{6,15})[-.][^/]*$/;
const MANIFEST = "manifest.jsonl";

/**
 * Leaves in a job's folder what was finished, and a manifest of just that; whatever else lies there goes: files that were
 * written when the job was stopped, a report, the work folder. Can be done again when it breaks off.
 *
 * @returns how many objects refused to go
 * @throws StoreError; the signal's reason
 */
export async function keepFinished(
  results: ObjectStore,
  folder: string,
  finished: Finished,
  signal: AbortSignal,
): Promise<number> {
  const listed = new ListedPaths([MANIFEST, ...finished.packs.map(({ path }) => path)]);
  const options = { mediaType: "application/x-ndjson", signal };
  await retrying(() => results.write(folder + MANIFEST, finishedLines(finished, listed, signal), options));
  let kept = 0;
  for await (const { key } of results.list(folder)) {
    signal.throwIfAborted();
    if (listed.has(key.slice(folder.length))) continue;
    // What refuses to go is counted; the rest can still go.
    await retrying(() => results.delete(key)).catch(() => {
      kept += 1;
    });
  }
  return kept;
}

/** The manifest without what stands in packs that were given up, and with the packs at its end. */
async function* finishedLines(
  { manifest, packs }: Finished,
  listed: ListedPaths,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const closed = new Set(packs.map(({ path }) => path));
  for await (const text of linesOf(manifest(signal))) {
    const { path, kept, pack = kept?.pack } = lineSchema.parse(JSON.parse(text));
    if (pack !== undefined && !closed.has(pack)) continue;
    const own = path ?? kept?.path;
    if (own !== undefined && pack === undefined) listed.add(own);
    yield Buffer.from(`${text}\n`);
  }
  for (const pack of packs) yield Buffer.from(`${JSON.stringify(packLine(pack))}\n`);
}

async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/** Paths, of which those of items are remembered by the item's number only: a bit each, however many there are. */
class ListedPaths {
  readonly #others: Set<string>;
  #items = new Uint8Array(1024);

  constructor(paths: readonly string[]) {
    this.#others = new Set(paths);
  }

  add(path: string): void {
    const item = itemOf(path);
    if (item === null) {
      this.#others.add(path);
      return;
    }
    const at = item >> 3;
    if (at >= this.#items.length) {
      const larger = new Uint8Array(2 * at);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[at] = (this.#items[at] ?? 0) | (1 << (item & 7));
  }

  has(path: string): boolean {
    const item = itemOf(path);
    if (item === null) return this.#others.has(path);
    return ((this.#items[item >> 3] ?? 0) & (1 << (item & 7))) !== 0;
  }
}

/** Null for a path that is not named by the number of an item. */
function itemOf(path: string): number | null {
  const item = Number(ITEM_FILE.exec(path)?.[1] ?? Number.NaN);
  return item < 2 ** 31 ? item : null;
}
