import { PassThrough } from "node:stream";
import type { Outcome, PackReceipt } from "../../../shared/items/outcome.ts";
import { folderSlug } from "../../../shared/writers/file-name.ts";
import { entryMillis } from "../../../shared/writers/packs/entry-date.ts";
import { mboxMessage } from "../../../shared/writers/packs/mbox-message.ts";
import { GrowingObject, pump } from "./growing-object.ts";
import { type PackedFile, type PackFormat, type Shard, type ShardTask, shardName } from "./shard.ts";

/**
 * Mail into one mbox for each folder; the rest stays single files. Folders whose names make the same file name share
 * one; the manifest tells the folder of each message.
 *
 * @param tellsFacts adds what the server knew
 */
export function mboxFormat(tellsFacts: boolean): PackFormat {
  return {
    takes: (outcome) => outcome.outcome === "written" && outcome.item.kind === "mail",
    open: (task) => new MboxShard(task, tellsFacts),
  };
}

interface OpenMbox {
  readonly bytes: PassThrough;
  readonly object: GrowingObject;
}

class MboxShard implements Shard {
  readonly #task: ShardTask;
  readonly #tellsFacts: boolean;
  /** By path. */
  readonly #mboxes = new Map<string, OpenMbox>();

  constructor(task: ShardTask, tellsFacts: boolean) {
    this.#task = task;
    this.#tellsFacts = tellsFacts;
  }

  isFullFor(outcome: Outcome): boolean {
    return this.#mboxes.size >= this.#task.maxOpenPacks && !this.#mboxes.has(this.#pathOf(outcome));
  }

  async add(packed: PackedFile, signal: AbortSignal): Promise<{ readonly path: string; readonly entry: number }> {
    const { outcome, content } = packed;
    const path = this.#pathOf(outcome);
    const { bytes, object } = this.#mboxes.get(path) ?? this.#open(path);
    const told = this.#tellsFacts ? syncFactsOf(outcome) : null;
    await object.add(content, () => pump(mboxMessage(content, { millis: entryMillis(outcome), told }), bytes, signal));
    return { path, entry: object.entries };
  }

  async close(): Promise<readonly PackReceipt[]> {
    const receipts: PackReceipt[] = [];
    for (const { bytes, object } of this.#mboxes.values()) receipts.push(await object.close(() => bytes.end()));
    return receipts;
  }

  async abort(): Promise<void> {
    await Promise.all(Array.from(this.#mboxes.values(), ({ object }) => object.abort()));
  }

  #open(path: string): OpenMbox {
    const bytes = new PassThrough();
    bytes.on("error", () => undefined);
    const { put, signal, number } = this.#task;
    const object = new GrowingObject({ path, mediaType: "application/mbox", shard: number }, bytes, put, signal);
    const mbox = { bytes, object };
    this.#mboxes.set(path, mbox);
    return mbox;
  }

  /** The shard's number goes to the folder: importers call the mail folder by the name of the file. */
  #pathOf(outcome: Outcome): string {
    const folder = syncFactsOf(outcome)?.folder ?? null;
    const stem = shardName("mail", this.#task.number);
    return folder === null ? `${stem}.mbox` : `${stem}/${folderSlug(folder)}.mbox`;
  }
}

function syncFactsOf(outcome: Outcome) {
  return outcome.outcome === "written" ? (outcome.item.sync ?? null) : null;
}
