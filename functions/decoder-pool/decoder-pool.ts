import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { BatchedBlock, BlockBatch, BlockDecoder, DecodedBatch } from "../../shared/hu01/decode-ahead.ts";
import type { DecodedBlock } from "../../shared/hu01/decode-block.ts";
import type { DecodeRequest, DecodeResponse, Slot } from "./decoder-worker.ts";

/** Threads that decode blocks. They start with the first batch, and keep no process alive while they are idle. */
export interface DecoderPool extends BlockDecoder, AsyncDisposable {}

export interface DecoderPoolOptions {
  /**
   * Default: as many as the machine runs at once, up to 8; in Lambda that follows the memory setting. With 1 there are
   * no threads, and the caller decodes everything itself.
   */
  readonly threads?: number;
  /** See BlockDecoder. */
  readonly minOutputBytes?: number;
  /** The program of a thread. */
  readonly program?: URL;
  /** A thread that has work and says nothing for so long is given up. */
  readonly patienceMillis?: number;
}

/** More threads than that wait for the one that reads, orders and writes. */
const MAX_THREADS = 8;
/** Measured: a thread takes about 25 ms to start, in which one thread alone decodes about 10 MB. */
const MIN_OUTPUT_BYTES = 16 * 1024 ** 2;
/** One under work, one waiting, and one that is being read. */
const BATCHES_PER_THREAD = 3;
/** Holds nearly every batch, on its way in and out; what is larger gets a slot of its own size. */
const SLOT_BYTES = 640 * 1024;
/** A thread holds a batch and a kernel, both outside its heap; without a limit its heap takes 10 MB for nothing. */
const HEAP = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 24 };
/** A batch takes a few milliseconds. On a machine that has stopped for a while, an answer is given all the same. */
const PATIENCE_MILLIS = 30_000;
/** In a bundle it is a file of its own, built beside it from decoder-worker.ts. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "./decoder-worker.ts" : "./decoder-worker.mjs",
  import.meta.url,
);

/**
 * Makes a pool; one is enough for a process. A thread that fails takes nothing with it: its blocks are decoded by the
 * caller, and when no thread is left, all are. Disposing of it ends the threads.
 */
export function createDecoderPool(options: DecoderPoolOptions = {}): DecoderPool {
  return new ThreadPool(options);
}

/** For the caller to decode, all of it. */
const NOTHING: DecodedBatch = { take: () => null, release: () => undefined };

class ThreadPool implements DecoderPool {
  readonly minOutputBytes: number;
  readonly maxBatches: number;
  readonly #threads: number;
  readonly #program: URL;
  readonly #patienceMillis: number;
  readonly #slots = new Slots();
  #running: DecoderThread[] | null = null;

  constructor(options: DecoderPoolOptions) {
    this.#threads = options.threads ?? Math.min(availableParallelism(), MAX_THREADS);
    this.#program = options.program ?? PROGRAM;
    this.#patienceMillis = options.patienceMillis ?? PATIENCE_MILLIS;
    this.minOutputBytes = this.#threads > 1 ? (options.minOutputBytes ?? MIN_OUTPUT_BYTES) : Number.POSITIVE_INFINITY;
    this.maxBatches = BATCHES_PER_THREAD * this.#threads;
  }

  async decode(batch: BlockBatch): Promise<DecodedBatch> {
    this.#running ??= Array.from({ length: this.#threads }, () => this.#start());
    const [first, ...others] = this.#running;
    if (first === undefined) return NOTHING;
    return await others.reduce((idlest, thread) => (thread.load < idlest.load ? thread : idlest), first).decode(batch);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const threads = this.#running ?? [];
    this.#running = [];
    await Promise.all(threads.map((thread) => thread.end()));
  }

  #start(): DecoderThread {
    const onEnd = (ended: DecoderThread) => {
      this.#running = (this.#running ?? []).filter((thread) => thread !== ended);
    };
    return new DecoderThread({
      program: this.#program,
      slots: this.#slots,
      patienceMillis: this.#patienceMillis,
      onEnd,
    });
  }
}

/** Slots that are not on their way, to be used again. */
class Slots {
  readonly #free: Slot[] = [];

  /** @returns a slot with the batch's bytes in it and room for what they decode to */
  fill({ bytes, blocks }: BlockBatch): Slot {
    const outputBytes = blocks.reduce((sum, block) => sum + block.decompressedBytes, 0);
    const last = this.#free.pop();
    const fits = last !== undefined && last.input.byteLength >= bytes.length && last.output.byteLength >= outputBytes;
    const slot = fits ? last : makeSlot(bytes.length, outputBytes);
    new Uint8Array(slot.input).set(bytes);
    return slot;
  }

  release({ input, output }: Slot): void {
    this.#free.push({ input, output });
  }
}

function makeSlot(inputBytes: number, outputBytes: number): Slot {
  const make = (bytes: number) => new ArrayBuffer(Math.max(bytes, SLOT_BYTES));
  return { input: make(inputBytes), output: make(outputBytes) };
}

interface Waiting {
  readonly blocks: readonly BatchedBlock[];
  readonly resolve: (decoded: DecodedBatch) => void;
}

interface ThreadOptions {
  readonly program: URL;
  readonly slots: Slots;
  readonly patienceMillis: number;
  readonly onEnd: (ended: DecoderThread) => void;
}

/** One thread and the batches that wait for its answer. */
class DecoderThread {
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #silence: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.program, { resourceLimits: HEAP });
    this.#worker.on("message", (response: DecodeResponse) => this.#answer(response));
    this.#worker.on("error", () => this.#giveUp());
    this.#worker.on("messageerror", () => this.#giveUp());
    this.#worker.on("exit", () => this.#giveUp());
    // What keeps the process is the clock that runs while a batch is under way.
    this.#worker.unref();
  }

  /** Batches that it has not answered. */
  get load(): number {
    return this.#waiting.size;
  }

  decode(batch: BlockBatch): Promise<DecodedBatch> {
    return new Promise((resolve) => {
      const id = ++this.#lastId;
      const { blocks } = batch;
      const { input, output } = this.#options.slots.fill(batch);
      this.#waiting.set(id, { blocks, resolve });
      if (this.#waiting.size === 1) this.#silence = setTimeout(() => this.end(), this.#options.patienceMillis);
      this.#worker.postMessage({ id, input, output, blocks } satisfies DecodeRequest, [input, output]);
    });
  }

  async end(): Promise<void> {
    this.#giveUp();
    await this.#worker.terminate();
  }

  #answer(response: DecodeResponse): void {
    const waiting = this.#waiting.get(response.id);
    if (waiting === undefined) return;
    this.#waiting.delete(response.id);
    waiting.resolve(new AnsweredBatch(response, waiting.blocks, this.#options.slots));
    if (this.#waiting.size === 0) clearTimeout(this.#silence);
    else this.#silence?.refresh();
  }

  /** What it has not answered is for the caller to decode. */
  #giveUp(): void {
    this.#options.onEnd(this);
    for (const { resolve } of this.#waiting.values()) resolve(NOTHING);
    this.#waiting.clear();
    clearTimeout(this.#silence);
  }
}

/** Blocks in the slot that they came back in; it is free again once they are taken. */
class AnsweredBatch implements DecodedBatch {
  readonly #response: DecodeResponse;
  readonly #blocks: readonly BatchedBlock[];
  readonly #slots: Slots;

  constructor(response: DecodeResponse, blocks: readonly BatchedBlock[], slots: Slots) {
    this.#response = response;
    this.#blocks = blocks;
    this.#slots = slots;
  }

  take(index: number): DecodedBlock | null {
    const { output, facts } = this.#response;
    const { decompressedBytes, crc } = this.#blocks[index] as BatchedBlock;
    const consumed = facts[3 * index] as number;
    if (consumed < 0) return null;
    const start = facts[3 * index + 2] as number;
    // A copy of just this block, so that what is kept of it keeps no other alive.
    const bytes = new Uint8Array(output.slice(start, start + decompressedBytes));
    return { bytes, stored: facts[3 * index + 1] === 1, verified: crc !== 0, consumed };
  }

  release(): void {
    this.#slots.release(this.#response);
  }
}
