import * as z from "zod";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { hasCode } from "../../shared/errors.ts";
import type { ResumePoint } from "../../shared/items/milestone.ts";
import type { CheckpointMark } from "../../shared/job.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { reportSumsSchema } from "../../shared/report/report-sums.ts";
import { retrying } from "../retrying.ts";

/** Below a job's folder, only while the job has not ended. */
export const WORK_FOLDER = ".work/";

const count = z.int().min(0);

const pointSchema: z.ZodType<ResumePoint> = z.object({
  archiveOffset: count,
  members: z.array(count),
  items: count,
  payloads: count,
  decodedBytes: count,
  blocksOk: count,
  blocksBad: count,
  outcomes: count,
});

const packSchema = z.object({
  path: z.string(),
  mediaType: z.string(),
  size: count,
  sha256: z.string(),
  shard: count,
  entries: count,
  contentBytes: count,
});

const stateSchema = z.object({
  /** Where the journey goes on. */
  point: pointSchema,
  report: reportSumsSchema,
  packs: z.object({ shards: count, packs: z.array(packSchema) }),
  /** Of the whole source, once nothing but the end is left to do. */
  source: z.object({ size: count, sha256: z.string() }).nullable(),
});

/** What a conversion goes on from; everything before it is in the results. */
export type ConversionState = z.infer<typeof stateSchema>;

const checkpointSchema = z.object({
  /** Another version may write other bytes. */
  toolVersion: z.string(),
  state: stateSchema,
  /** Paths of the parts of the manifest so far, in order. */
  manifest: z.array(z.string()),
});

/** Where a journal is kept and for whom. */
export interface JournalPlace {
  readonly results: ObjectStore;
  /** The job's folder; ends in a slash. */
  readonly folder: string;
  /** Of the worker that writes it: it is part of every path, so two workers never write the same object. */
  readonly attempt: number;
  readonly toolVersion: string;
  /** Makes a checkpoint the one that counts. Fails when the job is not this worker's any more. */
  readonly commit: (mark: CheckpointMark) => Promise<void>;
}

/**
 * How far a job is, in objects of its work folder: the manifest in parts, and checkpoints. Only the checkpoint that the
 * job's record names counts, with the parts that it names; what else lies there was written by workers that came no
 * further.
 */
export class Journal {
  readonly #place: JournalPlace;
  readonly #manifest: string[];
  #sequence: number;
  /** Written by this worker. */
  #parts = 0;
  /** What the last worker got to; null when this one begins at nothing. */
  readonly state: ConversionState | null;

  private constructor(
    place: JournalPlace,
    mark: CheckpointMark | null,
    state: ConversionState | null,
    manifest: string[],
  ) {
    this.#place = place;
    this.#sequence = mark?.sequence ?? 0;
    this.state = state;
    this.#manifest = manifest;
  }

  /**
   * Opens the journal of a job.
   *
   * @param mark names the checkpoint that counts. When it is not there, or of another version of the tool, the job
   *   begins at nothing
   * @throws StoreError when the store fails again and again
   */
  static async open(place: JournalPlace, mark: CheckpointMark | null): Promise<Journal> {
    const checkpoint = mark === null ? null : await readCheckpoint(place, checkpointPath(mark));
    const isOurs = checkpoint?.toolVersion === place.toolVersion;
    return isOurs
      ? new Journal(place, mark, checkpoint.state, checkpoint.manifest)
      : new Journal(place, mark, null, []);
  }

  /** True when some of the manifest is in parts. */
  get hasParts(): boolean {
    return this.#manifest.length > 0;
  }

  /** Keeps lines of the manifest, so that they need not be held. */
  async append(lines: string, signal: AbortSignal): Promise<void> {
    if (lines === "") return;
    const path = workPath("manifest", this.#place.attempt, ++this.#parts, "jsonl");
    await this.#write(path, lines, "application/x-ndjson", signal);
    this.#manifest.push(path);
  }

  /**
   * Keeps the state that the manifest so far leads to, and makes it the one that counts.
   *
   * @throws StoreError; whatever `commit` throws
   */
  async save(state: ConversionState, signal: AbortSignal): Promise<void> {
    const { toolVersion, attempt, commit } = this.#place;
    const checkpoint: z.infer<typeof checkpointSchema> = { toolVersion, state, manifest: this.#manifest };
    const mark = { attempt, sequence: this.#sequence + 1, ending: null };
    await this.#write(checkpointPath(mark), JSON.stringify(checkpoint), "application/json", signal);
    await commit(mark);
    this.#sequence++;
  }

  /** All parts of the manifest, one after the other. */
  async *manifest(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { results, folder } = this.#place;
    for (const path of this.#manifest) yield* results.read(folder + path, { signal });
  }

  async #write(path: string, text: string, mediaType: string, signal: AbortSignal): Promise<void> {
    const { results, folder } = this.#place;
    const content = [Buffer.from(text)];
    await retrying(() => results.write(folder + path, content, { mediaType, signal }));
  }
}

function checkpointPath({ attempt, sequence }: CheckpointMark): string {
  return workPath("checkpoint", attempt, sequence, "json");
}

function workPath(name: string, attempt: number, index: number, extension: string): string {
  const [a, i] = [attempt, index].map((number) => `${number}`.padStart(6, "0"));
  return `${WORK_FOLDER}${name}-${a}-${i}.${extension}`;
}

async function readCheckpoint({ results, folder }: JournalPlace, path: string) {
  try {
    const bytes = await retrying(() => collectBytes(results.read(folder + path)));
    return checkpointSchema.safeParse(JSON.parse(Buffer.from(bytes).toString())).data ?? null;
  } catch (error) {
    if (hasCode(error, "stores/not-found") || error instanceof SyntaxError) return null;
    throw error;
  }
}
