import type { JobStore } from "../../shared/job-store.ts";

/** A job store that holds a file open until it is closed. */
export interface SqliteJobStore extends JobStore, Disposable {
  close(): void;
}

/** Job records in one SQLite file; ":memory:" keeps them in memory. */
export function createSqliteJobStore(_path: string): SqliteJobStore {
  throw new Error("not written yet");
}
