import { type Pack, pack } from "tar-stream";
import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import type { PackReceipt, Written } from "../../../shared/items/outcome.ts";
import { entryMillis } from "../../../shared/writers/packs/entry-date.ts";
import {
  MAILDIR_FOLDER_MARK,
  MAILDIR_FOLDERS,
  maildirFolder,
  maildirName,
} from "../../../shared/writers/packs/maildir-name.ts";
import { GrowingObject, pump } from "./growing-object.ts";
import { type PackedFile, type PackFormat, type Shard, type ShardTask, shardName } from "./shard.ts";
import { knownSize } from "./size-before.ts";

type EntryHeader = Parameters<Pack["entry"]>[0];

const ROOT = "Maildir";
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;
/** tar-stream counts seconds in 32 bits. */
const MAX_MILLIS = (2 ** 31 - 1) * 1000;

/**
 * Mail into a tar of one Maildir++; the rest stays single files. All shards can be unpacked into one place. A tar says
 * how long an entry is before it comes, so a message that is streamed without anybody knowing that stays a file.
 */
export const maildirFormat: PackFormat = {
  takes: (outcome) => outcome.outcome === "written" && outcome.item.kind === "mail" && knownSize(outcome.item) !== null,
  open: (task) => new MaildirShard(task),
};

class MaildirShard implements Shard {
  readonly #tar: Pack = pack();
  readonly #object: GrowingObject;
  readonly #folders = new Set<string>();

  constructor({ number, put, signal }: ShardTask) {
    this.#tar.on("error", () => undefined);
    const place = { path: `${shardName("maildir", number)}.tar`, mediaType: "application/x-tar", shard: number };
    this.#object = new GrowingObject(place, this.#tar as Pack & AsyncIterable<Uint8Array>, put, signal);
  }

  isFullFor(): boolean {
    return false;
  }

  async add({ outcome, content }: PackedFile, signal: AbortSignal) {
    if (outcome.outcome !== "written") throw new RangeError("only mail goes into a Maildir");
    const { entry, header } = describe(outcome);
    await this.#object.add(content, async () => {
      await this.#makeFolder(maildirFolder(outcome.item.sync?.folder ?? null), signal);
      await this.#addEntry({ ...header, size: knownSize(outcome.item) ?? 0 }, content, signal);
    });
    return { path: this.#object.path, entry };
  }

  async close(): Promise<readonly PackReceipt[]> {
    return [await this.#object.close(() => this.#tar.finalize())];
  }

  abort(): Promise<void> {
    return this.#object.abort();
  }

  /** The root too, before the first message. */
  async #makeFolder(folder: string, signal: AbortSignal): Promise<void> {
    if (folder !== "" && !this.#folders.has("")) await this.#makeFolder("", signal);
    if (this.#folders.has(folder)) return;
    this.#folders.add(folder);
    const path = folder === "" ? ROOT : `${ROOT}/${folder}`;
    const mtime = new Date(0);
    for (const name of [path, ...MAILDIR_FOLDERS.map((each) => `${path}/${each}`)]) {
      await this.#addEntry({ name, type: "directory", mode: FOLDER_MODE, mtime }, [], signal);
    }
    if (folder === "") return;
    const name = `${path}/${MAILDIR_FOLDER_MARK}`;
    await this.#addEntry({ name, type: "file", mode: FILE_MODE, mtime, size: 0 }, [], signal);
  }

  #addEntry(header: EntryHeader, content: ByteSource, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sink = this.#tar.entry(header, (error) => (error ? reject(error) : resolve()));
      sink.on("error", () => undefined);
      pump(content, sink, signal).then(() => sink.end(undefined), reject);
    });
  }
}

function describe(outcome: Written): { readonly entry: string; readonly header: EntryHeader } {
  const { item, ordinal } = outcome;
  const millis = entryMillis(outcome);
  const folder = maildirFolder(item.sync?.folder ?? null);
  const name = maildirName(millis, ordinal, item.sync?.mail ?? null);
  const entry = `${ROOT}/${folder === "" ? "" : `${folder}/`}cur/${name}`;
  const mtime = new Date(Math.min(Math.max(millis ?? 0, 0), MAX_MILLIS));
  return { entry, header: { name: entry, type: "file", mode: FILE_MODE, mtime } };
}
