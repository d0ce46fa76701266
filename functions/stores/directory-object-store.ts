import type { ObjectStore } from "../../shared/object-store.ts";

/** Objects as files below a folder. */
export function createDirectoryObjectStore(_root: string): ObjectStore {
  throw new Error("not written yet");
}
