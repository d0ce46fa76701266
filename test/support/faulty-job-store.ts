import type { JobStore } from "../../shared/job-store.ts";
import { type Faults, NO_FAULTS } from "./faults.ts";

/** A real store that fails where it is told to: before the work, and after it, so that only its answer is lost. */
export function createFaultyJobStore(
  store: JobStore,
  { reads = NO_FAULTS, writes = NO_FAULTS }: Partial<Record<"reads" | "writes", Faults>>,
): JobStore {
  return {
    get: async (id) => {
      reads.mayFailToRead();
      return await store.get(id);
    },
    list: async (query) => {
      reads.mayFailToRead();
      return await store.list(query);
    },
    create: async (job) => {
      writes.mayFailToWrite();
      const isNew = await store.create(job);
      writes.mayFailToWrite();
      return isNew;
    },
    update: async (job) => {
      writes.mayFailToWrite();
      const isStored = await store.update(job);
      writes.mayFailToWrite();
      return isStored;
    },
    delete: async (id) => {
      writes.mayFailToWrite();
      await store.delete(id);
      writes.mayFailToWrite();
    },
  };
}
