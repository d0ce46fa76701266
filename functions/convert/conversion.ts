import { convertArchive } from "../../shared/convert-archive.ts";
import { StoreError } from "../../shared/errors.ts";
import type { BlockDecoder } from "../../shared/hu01/decode-ahead.ts";
import type { Outcome } from "../../shared/items/outcome.ts";
import type { OutputFile } from "../../shared/items/output-file.ts";
import type { JobProgress } from "../../shared/job.ts";
import type { Limits } from "../../shared/limits.ts";
import type { ObjectFacts, ObjectStore } from "../../shared/object-store.ts";
import type { ConvertOptions } from "../../shared/options.ts";
import { JobReport } from "../../shared/report/job-report.ts";
import type { Tally } from "../../shared/stream-reader.ts";
import { createOutputs } from "./create-outputs.ts";
import { type Drained, drain } from "./drain.ts";
import { MeteredBytes } from "./metered-bytes.ts";
import type { Outputs } from "./outputs.ts";
import { retrying } from "./retrying.ts";

const MANIFEST_CHUNK_CHARACTERS = 65_536;

/** What one conversion reads, writes and heeds. */
export interface ConversionTask {
  readonly sources: ObjectStore;
  readonly results: ObjectStore;
  /** The version of the source to convert; any other is refused. */
  readonly source: ObjectFacts;
  /** Begins every key of the results; ends in a slash. */
  readonly folder: string;
  readonly options: ConvertOptions;
  readonly limits: Limits;
  readonly toolVersion: string;
  readonly writeConcurrency: number;
  /** Threads that decode large archives; none when undefined. */
  readonly blockDecoder: BlockDecoder | undefined;
  readonly signal: AbortSignal;
}

/** One archive on its way from a store to a store. */
export class Conversion {
  readonly #task: ConversionTask;
  readonly #archive: MeteredBytes;
  readonly #report: JobReport;
  readonly #tally: Tally = { blocksOk: 0, blocksBad: 0 };
  readonly #outputs: Outputs;

  constructor(task: ConversionTask) {
    this.#task = task;
    this.#outputs = createOutputs(task.options, (...object) => this.#put(...object), task.limits);
    this.#archive = new MeteredBytes(this.#read(0));
    this.#report = new JobReport(task);
  }

  /** How far it is. */
  get progress(): JobProgress {
    return {
      bytesRead: this.#archive.size,
      bytesTotal: this.#task.source.size,
      blocks: { ok: this.#tally.blocksOk, bad: this.#tally.blocksBad },
      items: { ...this.#report.counts },
    };
  }

  /**
   * Writes the files, then `manifest.jsonl`, then `report.json`: where that one is, the result is complete.
   *
   * @returns whether anything was lost, skipped or damaged
   * @throws ArchiveError of every room; the signal's reason
   */
  async run(): Promise<{ readonly hasErrors: boolean }> {
    // The manifest is what pulls: its store asks for the next line, and that converts the next item.
    await this.#put("manifest.jsonl", "application/x-ndjson", this.#manifest());
    this.#checkSize();
    const report = this.#report.finish({ size: this.#archive.size, sha256: this.#archive.sha256() });
    const document = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
    await retrying(() => this.#put("report.json", "application/json", [document]));
    return { hasErrors: this.#report.hasErrors };
  }

  async *#manifest(): AsyncGenerator<Uint8Array> {
    let text = "";
    for await (const line of this.#lines()) {
      text += `${line}\n`;
      if (text.length < MANIFEST_CHUNK_CHARACTERS) continue;
      yield Buffer.from(text);
      text = "";
    }
    if (text !== "") yield Buffer.from(text);
  }

  async *#lines(): AsyncGenerator<string> {
    try {
      for await (const { outcome, receipts } of this.#drained()) {
        this.#task.signal.throwIfAborted();
        yield* this.#report.add(outcome, receipts);
      }
      for (const pack of await this.#outputs.close()) yield this.#report.addPack(pack);
    } finally {
      await this.#outputs.abort();
    }
  }

  #drained(): AsyncGenerator<Drained> {
    const { options, limits, writeConcurrency, blockDecoder, signal } = this.#task;
    const reopen = (offset: number) => this.#read(offset);
    const archive = { bytes: this.#archive, size: this.#task.source.size, reopen, blockDecoder };
    const outcomes = convertArchive(archive, options, limits, this.#tally);
    const write = (file: OutputFile, outcome: Outcome, stop: AbortSignal) => this.#outputs.write(file, outcome, stop);
    return drain(outcomes, write, { maxParallel: writeConcurrency, signal });
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

  /** A read that ends early without an error would look like an archive that was cut off. */
  #checkSize(): void {
    const [given, size] = [this.#archive.size, this.#task.source.size];
    if (given === size) return;
    const message = `The store gave ${given} bytes of an object of ${size}.`;
    throw new StoreError("stores/read-failed", message, { details: { given, size } });
  }
}
