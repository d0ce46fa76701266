import { PassThrough } from "node:stream";
import type { PackReceipt } from "../../../shared/items/outcome.ts";
import { entryMillis } from "../../../shared/writers/packs/entry-date.ts";
import { ZipWriter } from "../../zip/zip-writer.ts";
import { GrowingObject, pump } from "./growing-object.ts";
import { type PackedFile, type PackFormat, type Shard, type ShardTask, shardName } from "./shard.ts";

/** Good for text, and what most readers were made for; fixed, so that the same files give the same bytes. */
const LEVEL = 6;
const MODE = 0o644;
/** The first day of a ZIP's calendar. */
const UNDATED_MILLIS = Date.UTC(1980, 0, 1);

/** Everything about single items into one ZIP. Merged files stand beside it: they are fed all at the same time. */
export const zipFormat: PackFormat = {
  takes: ({ outcome }) => outcome !== "document",
  open: (task) => new ZipShard(task),
};

class ZipShard implements Shard {
  readonly #zip = new ZipWriter({ zlib: { level: LEVEL } });
  readonly #object: GrowingObject;

  constructor({ number, put, signal }: ShardTask) {
    // Whoever reads it is told of errors; without a listener they would end the process.
    this.#zip.on("error", () => undefined);
    const place = { path: `${shardName("archive", number)}.zip`, mediaType: "application/zip", shard: number };
    this.#object = new GrowingObject(place, this.#zip, put, signal);
  }

  isFullFor(): boolean {
    return false;
  }

  async add(packed: PackedFile, signal: AbortSignal): Promise<{ readonly path: string }> {
    const source = new PassThrough();
    source.on("error", () => undefined);
    try {
      await this.#object.add(packed.content, async () => {
        const added = this.#addEntry(packed, source);
        await pump(packed.content, source, signal);
        source.end();
        await added;
      });
    } finally {
      source.destroy();
    }
    return { path: this.#object.path };
  }

  async close(): Promise<readonly PackReceipt[]> {
    return [await this.#object.close(() => this.#zip.finish())];
  }

  abort(): Promise<void> {
    return this.#object.abort();
  }

  #addEntry({ file, outcome }: PackedFile, source: PassThrough): Promise<void> {
    const date = new Date(Math.max(entryMillis(outcome) ?? UNDATED_MILLIS, UNDATED_MILLIS));
    return new Promise((resolve, reject) => {
      this.#zip.entry(source, { name: file.path, date, mode: MODE }, (error) => (error ? reject(error) : resolve()));
    });
  }
}
