import type { Outcome, PackReceipt, Receipt } from "../../../shared/items/outcome.ts";
import type { OutputFile } from "../../../shared/items/output-file.ts";
import type { Limits } from "../../../shared/limits.ts";
import { MeteredBytes } from "../metered-bytes.ts";
import type { Outputs, PackedBefore, PutObject } from "../outputs.ts";
import { SingleFiles } from "../single-files.ts";
import type { PackedFile, PackFormat, Shard } from "./shard.ts";
import { sizeBefore } from "./size-before.ts";

type PackLimits = Pick<Limits, "maxPackBytes" | "maxPackEntries" | "maxOpenPacks">;

/**
 * Files go into packs, one after the other in the order of the writes; what the format does not take becomes single
 * files beside them.
 *
 * Why waiting in line cannot deadlock: the line moves by itself, whoever waits for it. A file's content comes when it
 * is read, or once the item before it has been read, and that one stands before it in line. Only merged files are fed
 * by each other, and no format takes those.
 *
 * A shard ends before an item that stands by itself, and what it ends by is the content: bytes, files, and packs.
 */
export class PackedFiles implements Outputs {
  readonly #format: PackFormat;
  readonly #put: PutObject;
  readonly #limits: PackLimits;
  readonly #singles: SingleFiles;
  readonly #packs: PackReceipt[];
  #shards: number;
  #shard: Shard | null = null;
  #contentBytes = 0;
  #entries = 0;
  #last: Outcome | null = null;
  #line: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;

  constructor(format: PackFormat, put: PutObject, limits: PackLimits, before: PackedBefore) {
    this.#format = format;
    this.#put = put;
    this.#limits = limits;
    this.#singles = new SingleFiles(put);
    this.#packs = [...before.packs];
    this.#shards = before.shards;
  }

  write(file: OutputFile, outcome: Outcome, signal: AbortSignal): Promise<Receipt> {
    if (!this.#format.takes(outcome)) return this.#singles.write(file, outcome, signal);
    const turn = this.#line.then(() => this.#take(file, outcome, signal));
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  packsThrough(shard: number): readonly PackReceipt[] {
    return this.#packs.filter((pack) => pack.shard <= shard);
  }

  async close(): Promise<readonly PackReceipt[]> {
    await this.#line;
    this.#throwIfFailed();
    await this.#endShard();
    return this.#packs;
  }

  async abort(): Promise<void> {
    this.#failure ??= { error: new Error("the packs were given up") };
    await this.#line;
    const shard = this.#shard;
    this.#shard = null;
    await shard?.abort();
  }

  async #take(file: OutputFile, outcome: Outcome, signal: AbortSignal): Promise<Receipt> {
    this.#throwIfFailed();
    signal.throwIfAborted();
    try {
      if (this.#mustEndBefore(outcome)) await this.#endShard();
      this.#last = outcome;
      return await this.#add(this.#shard ?? this.#begin(signal), file, outcome, signal);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  async #add(shard: Shard, file: OutputFile, outcome: Outcome, signal: AbortSignal): Promise<Receipt> {
    const { path, mediaType } = file;
    const content = new MeteredBytes(file.content);
    const packed: PackedFile = { file, outcome, content };
    const place = await shard.add(packed, signal);
    this.#entries += 1;
    this.#contentBytes += content.size;
    const pack = { ...place, shard: this.#shards };
    return { path, mediaType, size: content.size, sha256: content.sha256(), pack };
  }

  /** Only before an item that stands by itself: what is found inside an item stays with it. */
  #mustEndBefore(outcome: Outcome): boolean {
    if (this.#shard === null || outcome === this.#last || !("parent" in outcome) || outcome.parent !== null)
      return false;
    const { maxPackBytes, maxPackEntries } = this.#limits;
    return (
      this.#entries >= maxPackEntries ||
      this.#contentBytes + sizeBefore(outcome, maxPackBytes) > maxPackBytes ||
      this.#shard.isFullFor(outcome)
    );
  }

  #begin(signal: AbortSignal): Shard {
    this.#shards += 1;
    const { maxOpenPacks } = this.#limits;
    this.#shard = this.#format.open({ number: this.#shards, put: this.#put, signal, maxOpenPacks });
    return this.#shard;
  }

  async #endShard(): Promise<void> {
    const shard = this.#shard;
    if (shard === null) return;
    this.#packs.push(...(await shard.close()));
    this.#shard = null;
    this.#contentBytes = 0;
    this.#entries = 0;
  }

  #throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
