import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import type { PackReceipt } from "../../../shared/items/outcome.ts";
import { MeteredBytes } from "../metered-bytes.ts";
import type { PutObject } from "../outputs.ts";

/** Bytes that come while they are read, and that can be broken off with an error. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(error?: Error): unknown;
}

/** Where a growing object goes. */
export interface ObjectPlace {
  readonly path: string;
  readonly mediaType: string;
  readonly shard: number;
}

/** Whatever takes bytes and says when it is full. */
interface ByteSink {
  readonly destroyed: boolean;
  write(chunk: Uint8Array): boolean;
  once(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
}

/** A pack on its way into the store: one write that goes on while files are added to it. */
export class GrowingObject {
  readonly #place: ObjectPlace;
  readonly #stream: ByteStream;
  readonly #bytes: MeteredBytes;
  readonly #written: Promise<unknown>;
  #entries = 0;
  #contentBytes = 0;
  #onFailure: (error: unknown) => void = () => undefined;

  /** @param stream what the object consists of; the store reads it from now on */
  constructor(place: ObjectPlace, stream: ByteStream, put: PutObject, signal: AbortSignal) {
    this.#place = place;
    this.#stream = stream;
    this.#bytes = new MeteredBytes(stream);
    this.#written = put(place.path, place.mediaType, this.#bytes, signal);
    this.#written.catch((error: unknown) => this.#onFailure(error));
  }

  /** How many files it has. */
  get entries(): number {
    return this.#entries;
  }

  get path(): string {
    return this.#place.path;
  }

  /** Adds one file. @throws what broke the store's write off, else what `act` throws; the object is given up then */
  async add(content: MeteredBytes, act: () => Promise<void>): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#onFailure = reject;
        act().then(resolve, reject);
      });
    } catch (error) {
      throw await this.#giveUp(error);
    }
    this.#entries += 1;
    this.#contentBytes += content.size;
  }

  /** Ends it. @param end says that nothing more comes */
  async close(end: () => void): Promise<PackReceipt> {
    this.#onFailure = () => undefined;
    end();
    await this.#written;
    const { path, mediaType, shard } = this.#place;
    const [size, sha256] = [this.#bytes.size, this.#bytes.sha256()];
    return { path, mediaType, size, sha256, shard, entries: this.#entries, contentBytes: this.#contentBytes };
  }

  /** Breaks it off, and waits until nothing of it is left. */
  async abort(): Promise<void> {
    await this.#giveUp(new Error("the pack was given up"));
  }

  /** Why the store's write ended: its own reason comes before the one that it was given. */
  async #giveUp(error: unknown): Promise<unknown> {
    this.#stream.destroy(error instanceof Error ? error : new Error("the pack was given up", { cause: error }));
    try {
      await this.#written;
      return error;
    } catch (reason) {
      return reason;
    }
  }
}

/** Writes bytes to a sink as fast as it takes them. Their source is closed however it ends. */
export async function pump(content: ByteSource, sink: ByteSink, signal: AbortSignal): Promise<void> {
  for await (const chunk of content) {
    signal.throwIfAborted();
    if (sink.destroyed) throw new Error("the pack was given up");
    if (!sink.write(chunk)) await drained(sink);
  }
}

function drained(sink: ByteSink): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      sink.off("drain", go);
      sink.off("close", go);
      resolve();
    };
    if (sink.destroyed) return resolve();
    sink.once("drain", go);
    sink.once("close", go);
  });
}
