import type { ObjectStore } from "../shared/object-store.ts";
import { retrying } from "./retrying.ts";

const PARALLEL_DELETES = 16;

/**
 * Deletes every object whose key begins with the prefix, until the signal is given.
 *
 * @returns how many were found and deleted, and how many refused to go
 * @throws StoreError when the store cannot be listed; the signal's reason
 */
export async function clearFolder(store: ObjectStore, prefix: string, signal: AbortSignal): Promise<Cleared> {
  const cleared = { deleted: 0, kept: 0 };
  let batch: Promise<void>[] = [];
  const remove = async (key: string): Promise<void> => {
    try {
      await retrying(() => store.delete(key));
      cleared.deleted += 1;
    } catch {
      // The others can still go; the count tells the caller.
      cleared.kept += 1;
    }
  };
  for await (const { key } of store.list(prefix)) {
    batch.push(remove(key));
    if (batch.length < PARALLEL_DELETES) continue;
    await Promise.all(batch);
    batch = [];
    signal.throwIfAborted();
  }
  await Promise.all(batch);
  return cleared;
}

export interface Cleared {
  readonly deleted: number;
  readonly kept: number;
}
