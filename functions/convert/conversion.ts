import { ARCHIVE_START, Trail } from "../../shared/begin-again.ts";
import { convertArchive } from "../../shared/convert-archive.ts";
import { JobError, StoreError } from "../../shared/errors.ts";
import type { BlockDecoder } from "../../shared/hu01/decode-ahead.ts";
import { ItemChoice } from "../../shared/item-choice.ts";
import type { Outcome } from "../../shared/items/outcome.ts";
import type { OutputFile } from "../../shared/items/output-file.ts";
import type { JobProgress } from "../../shared/job-progress.ts";
import type { Limits } from "../../shared/limits.ts";
import type { ObjectFacts, ObjectStore } from "../../shared/object-store.ts";
import type { ConvertOptions } from "../../shared/options.ts";
import { JobReport, type SourceFacts } from "../../shared/report/job-report.ts";
import type { Tally } from "../../shared/stream-reader.ts";
import { retrying } from "../retrying.ts";
import { type CheckpointPace, Pacemaker } from "./checkpoint-pace.ts";
import { createOutputs } from "./create-outputs.ts";
import { type Drained, drain } from "./drain.ts";
import type { Journal } from "./journal.ts";
import type { Finished } from "./keep-finished.ts";
import { MeteredBytes } from "./metered-bytes.ts";
import type { Outputs } from "./outputs.ts";

/** Lines of the manifest that are held in memory: those of most jobs, all of them. */
const MAX_HELD_CHARACTERS = 4 * 1024 ** 2;

/** What one conversion reads, writes and heeds. */
export interface ConversionTask {
  readonly sources: ObjectStore;
  readonly results: ObjectStore;
  /** The version of the source to convert; any other is refused. */
  readonly source: ObjectFacts;
  /** What its bytes have to hash to; null when nobody has said. */
  readonly announcedSha256: string | null;
  /** Begins every key of the results; ends in a slash. */
  readonly folder: string;
  readonly options: ConvertOptions;
  /** Ordinals of the items to write; null for all. */
  readonly only: readonly number[] | null;
  readonly limits: Limits;
  readonly toolVersion: string;
  readonly writeConcurrency: number;
  /** Threads that decode large archives; none when undefined. */
  readonly blockDecoder: BlockDecoder | undefined;
  readonly signal: AbortSignal;
  /** Once given, what has been begun is finished and kept, and the rest is left to another run. */
  readonly windDown: AbortSignal;
  /** Where it goes on, and what it keeps for the next one. */
  readonly journal: Journal;
  readonly pace: CheckpointPace;
}

/** How a run of a conversion ended; `paused`: there is more to do. */
export type ConversionEnd = { readonly kind: "complete"; readonly hasErrors: boolean } | { readonly kind: "paused" };

/** One archive on its way from a store to a store. */
export class Conversion {
  readonly #task: ConversionTask;
  readonly #archive: MeteredBytes;
  readonly #report: JobReport;
  readonly #tally: Tally = { blocksOk: 0, blocksBad: 0 };
  readonly #outputs: Outputs;
  readonly #choice: ItemChoice;
  readonly #trail: Trail;
  readonly #pacemaker: Pacemaker;
  /** Shards of packs up to the one being filled. */
  #shard: number;
  #isOver = false;
  /** Outcomes since the last checkpoint. */
  #unsaved = 0;
  /** Lines of the manifest that are not in the journal. */
  #lines = "";

  constructor(task: ConversionTask) {
    const { state } = task.journal;
    this.#task = task;
    this.#outputs = createOutputs(task.options, (...object) => this.#put(...object), task.limits, state?.packs);
    this.#shard = state?.packs.shards ?? 0;
    this.#archive = new MeteredBytes(this.#read(0));
    this.#report = new JobReport(task, state?.report);
    this.#choice = new ItemChoice(task.only);
    this.#trail = new Trail(state?.point ?? ARCHIVE_START);
    this.#pacemaker = new Pacemaker(task.pace);
  }

  /** How far this run is; what it passes over because it is done is not always counted. */
  get progress(): JobProgress {
    return {
      bytesRead: this.#archive.size,
      bytesTotal: this.#task.source.size,
      blocks: { ok: this.#tally.blocksOk, bad: this.#tally.blocksBad },
      items: { ...this.#report.counts },
    };
  }

  /** What is there when it was stopped; null for nothing. */
  get finished(): Finished | null {
    if (this.#lines === "" && !this.#task.journal.hasParts) return null;
    const packs = this.#outputs.packsThrough(Number.POSITIVE_INFINITY);
    return { manifest: (signal) => this.#manifest(signal), packs };
  }

  /**
   * Writes the files, then `manifest.jsonl`, then `report.json`: where that one is, the result is complete. On the way
   * it keeps in the journal what another run would need to go on; a job that is soon done keeps nothing.
   *
   * @throws ArchiveError of every room; the signal's reason; whatever the journal throws
   */
  async run(): Promise<ConversionEnd> {
    const source = this.#task.journal.state?.source ?? (await this.#convert());
    if (source === null) return { kind: "paused" };
    await retrying(() => this.#put("manifest.jsonl", "application/x-ndjson", this.#manifest()));
    const report = Buffer.from(`${JSON.stringify(this.#report.finish(source), null, 2)}\n`);
    await retrying(() => this.#put("report.json", "application/json", [report]));
    return { kind: "complete", hasErrors: this.#report.hasErrors };
  }

  /** @returns facts of the source, or null when it was left before its end */
  async #convert(): Promise<SourceFacts | null> {
    const { journal, signal } = this.#task;
    try {
      for await (const drained of this.#drained()) {
        signal.throwIfAborted();
        if (this.#mayRestBefore(drained) && this.#pacemaker.isDue(this.#archive.size)) await this.#saveNew();
        await this.#add(drained);
      }
      if (!this.#isOver) {
        // An open shard is given up: its files are packed again.
        if (this.#task.options.pack === "files") await this.#saveNew();
        return null;
      }
      for (const pack of await this.#outputs.close()) this.#lines += `${this.#report.addPack(pack)}\n`;
    } finally {
      await this.#outputs.abort();
    }
    this.#checkSize();
    const source = { size: this.#archive.size, sha256: this.#archive.sha256() };
    this.#checkHash(source.sha256);
    if (journal.hasParts) await this.#save(source);
    return source;
  }

  async #add({ outcome, receipts }: Drained): Promise<void> {
    if (this.#choice.has(outcome)) {
      for (const line of this.#report.add(outcome, receipts)) this.#lines += `${line}\n`;
    }
    this.#trail.add(outcome);
    this.#unsaved++;
    for (const { size, pack } of receipts) {
      this.#pacemaker.written(size);
      this.#shard = Math.max(this.#shard, pack?.shard ?? 0);
    }
    if (this.#lines.length >= MAX_HELD_CHARACTERS) await this.#flush();
  }

  /** Files of their own are in the store one by one, packs shard by shard: a run can begin with the first of a shard. */
  #mayRestBefore({ receipts }: Drained): boolean {
    return this.#task.options.pack === "files" || receipts.some(({ pack }) => (pack?.shard ?? 0) > this.#shard);
  }

  async #saveNew(): Promise<void> {
    if (this.#unsaved > 0) await this.#save(null);
  }

  /** Keeps how far it is. What was drained is in the store. @param source its facts once nothing of it is left */
  async #save(source: SourceFacts | null): Promise<void> {
    const { journal, signal } = this.#task;
    await this.#flush();
    const packs = { shards: this.#shard, packs: [...this.#outputs.packsThrough(this.#shard)] };
    await journal.save({ point: this.#trail.point, report: this.#report.snapshot(), packs, source }, signal);
    this.#pacemaker.rest(this.#archive.size);
    this.#unsaved = 0;
  }

  async #flush(): Promise<void> {
    await this.#task.journal.append(this.#lines, this.#task.signal);
    this.#lines = "";
  }

  async *#manifest(signal = this.#task.signal): AsyncGenerator<Uint8Array> {
    yield* this.#task.journal.manifest(signal);
    if (this.#lines !== "") yield Buffer.from(this.#lines);
  }

  #drained(): AsyncGenerator<Drained> {
    const { writeConcurrency, signal, windDown } = this.#task;
    const write = (file: OutputFile, outcome: Outcome, stop: AbortSignal) => this.#outputs.write(file, outcome, stop);
    return drain(this.#outcomes(), write, { maxParallel: writeConcurrency, signal, windDown });
  }

  async *#outcomes(): AsyncGenerator<Outcome> {
    const { options, limits, blockDecoder, source } = this.#task;
    const reopen = (offset: number) => this.#read(offset);
    const archive = { bytes: this.#archive, size: source.size, reopen, blockDecoder };
    yield* this.#choice.strip(convertArchive(archive, options, limits, this.#tally, this.#trail.point));
    this.#isOver = true;
  }

  async #put(
    path: string,
    mediaType: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    signal: AbortSignal = this.#task.signal,
  ): Promise<void> {
    await this.#task.results.write(this.#task.folder + path, content, { mediaType, signal });
  }

  #read(offset: number): AsyncIterable<Uint8Array> {
    const { sources, source, signal } = this.#task;
    return sources.read(source.key, { etag: source.etag, signal, ...(offset === 0 ? {} : { range: { offset } }) });
  }

  /** A store takes the hash of an upload in parts on trust: whether it was right shows here. */
  #checkHash(sha256: string): void {
    const { announcedSha256 } = this.#task;
    if (announcedSha256 === null || announcedSha256 === sha256) return;
    const message = "The upload has another SHA-256 than was announced.";
    throw new JobError("jobs/upload-mismatch", message, { details: { sha256, announcedSha256 } });
  }

  /** A read that ends early without an error would look like an archive that was cut off. */
  #checkSize(): void {
    const [given, size] = [this.#archive.size, this.#task.source.size];
    if (given === size) return;
    const message = `The store gave ${given} bytes of an object of ${size}.`;
    throw new StoreError("stores/read-failed", message, { details: { given, size } });
  }
}
