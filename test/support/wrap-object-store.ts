import { setTimeout } from "node:timers/promises";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import type { ObjectStore } from "../../shared/object-store.ts";

/** The same store, but for the methods given. */
export function wrapObjectStore(store: ObjectStore, changes: Partial<ObjectStore>): ObjectStore {
  return {
    head: (key) => store.head(key),
    read: (key, options) => store.read(key, options),
    write: (key, content, options) => store.write(key, content, options),
    list: (prefix, options) => store.list(prefix, options),
    delete: (key, options) => store.delete(key, options),
    ...changes,
  };
}

/** The same store, whose objects are read in slices of 500 bytes, with a pause or whatever else before each. */
export function withSlicedReads(store: ObjectStore, beforeSlice: () => Promise<void>): ObjectStore {
  return wrapObjectStore(store, {
    read: async function* (key, options) {
      const whole = await collectBytes(store.read(key, options));
      for (let offset = 0; offset < whole.length; offset += 500) {
        await beforeSlice();
        options?.signal?.throwIfAborted();
        yield whole.subarray(offset, offset + 500);
      }
    },
  });
}

/** The same store, slowly read: so many milliseconds for each 500 bytes. */
export function withSlowReads(store: ObjectStore, millis: number): ObjectStore {
  return withSlicedReads(store, () => setTimeout(millis));
}
