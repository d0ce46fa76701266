import type { ByteSource } from "../../shared/bytes/byte-source.ts";
import type { ObjectStore, ReadOptions, WriteOptions } from "../../shared/object-store.ts";
import { type Faults, NO_FAULTS } from "./faults.ts";

/** Small enough that even a small object has many places to fail at. */
const SLICE_BYTES = 256;

/** A real store that fails where it is told to: when opened, between chunks, and after the work is done. */
export function createFaultyObjectStore(
  store: ObjectStore,
  {
    reads = NO_FAULTS,
    writes = NO_FAULTS,
    deletes = NO_FAULTS,
  }: Partial<Record<"reads" | "writes" | "deletes", Faults>>,
): ObjectStore {
  return {
    head: async (key) => {
      reads.mayFailToRead();
      return await store.head(key);
    },
    read: async function* (key: string, options?: ReadOptions) {
      reads.mayFailToRead();
      for await (const chunk of store.read(key, options)) {
        for (const slice of sliced(chunk)) {
          yield slice;
          reads.mayFailToRead();
        }
      }
    },
    write: async (key: string, content: ByteSource, options?: WriteOptions) => {
      writes.mayFailToWrite();
      const facts = await store.write(key, failingBetween(content, writes), options);
      writes.mayFailToWrite();
      return facts;
    },
    list: async function* (prefix, options) {
      reads.mayFailToRead();
      yield* store.list(prefix, options);
    },
    delete: async (key, options) => {
      deletes.mayFailToWrite();
      await store.delete(key, options);
    },
  };
}

async function* failingBetween(content: ByteSource, writes: Faults): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    yield chunk;
    writes.mayFailToWrite();
  }
}

function* sliced(chunk: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < chunk.length; offset += SLICE_BYTES) {
    yield chunk.subarray(offset, offset + SLICE_BYTES);
  }
}
