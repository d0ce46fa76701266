import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { StoreError } from "../../shared/errors.ts";
import { type Job, jobSchema } from "../../shared/job.ts";
import type { JobPage, JobQuery, JobStore } from "../../shared/job-store.ts";
import { formatCursor, type Place, parseCursor } from "./job-cursor.ts";

/** A job store that holds a file open until it is closed. */
export interface SqliteJobStore extends JobStore, Disposable {
  close(): void;
}

/** Layout of the table below; a file of a later layout is refused rather than misread. */
const LAYOUT = 2;
/** How long a call waits while another process writes. */
const BUSY_MILLIS = 5_000;

const CREATE = `
  CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS jobs_by_owner ON jobs (owner, created_at, id);
  CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (owner, status, created_at, id);
  CREATE INDEX IF NOT EXISTS jobs_of_all ON jobs (status, created_at, id);
  PRAGMA user_version = ${LAYOUT};
`;

/**
 * Job records in one SQLite file, which several processes may use at once.
 *
 * @param path of the file, made when absent together with its folder; ":memory:" for a store that lives no longer
 * @throws StoreError stores/read-failed when the file is no such store
 */
export function createSqliteJobStore(path: string): SqliteJobStore {
  return guard("stores/read-failed", () => new OpenStore(openDatabase(path)));
}

function openDatabase(path: string): DatabaseSync {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: BUSY_MILLIS });
  try {
    prepareDatabase(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareDatabase(database: DatabaseSync): void {
  const layout = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (layout > LAYOUT) {
    const message = `The job file has layout ${layout}; this version knows ${LAYOUT}.`;
    throw new StoreError("stores/read-failed", message, { details: { layout } });
  }
  // WAL: readers never wait for the writer. NORMAL: nothing is lost when the process dies.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  if (layout < LAYOUT) database.exec(`BEGIN IMMEDIATE; ${CREATE} COMMIT;`);
}

class OpenStore implements SqliteJobStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #replace: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      "INSERT INTO jobs (id, version, owner, status, created_at, record) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#select = database.prepare("SELECT record FROM jobs WHERE id = ?");
    this.#replace = database.prepare(
      "UPDATE jobs SET version = ?, owner = ?, status = ?, created_at = ?, record = ? WHERE id = ? AND version = ?",
    );
    this.#remove = database.prepare("DELETE FROM jobs WHERE id = ?");
  }

  async create(job: Job): Promise<boolean> {
    return guard("stores/write-failed", () => this.#insert.run(job.id, ...columnsOf(job)).changes > 0);
  }

  async get(id: string): Promise<Job | null> {
    return guard("stores/read-failed", () => {
      const row = this.#select.get(id);
      return row === undefined ? null : parseRecord(row.record);
    });
  }

  async update(job: Job): Promise<boolean> {
    const version = job.version - 1;
    return guard("stores/write-failed", () => this.#replace.run(...columnsOf(job), job.id, version).changes > 0);
  }

  async list(query: JobQuery): Promise<JobPage> {
    const before = query.cursor === undefined ? null : parseCursor(query.cursor);
    return guard("stores/read-failed", () => {
      const { sql, values } = toSelect(query, before);
      const rows = this.#database.prepare(sql).all(...values);
      const jobs = rows.slice(0, query.limit).map((row) => parseRecord(row.record));
      const last = jobs.at(-1);
      return { jobs, cursor: rows.length > query.limit && last !== undefined ? formatCursor(last) : null };
    });
  }

  async delete(id: string): Promise<void> {
    guard("stores/write-failed", () => this.#remove.run(id));
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function columnsOf(job: Job): SQLInputValue[] {
  return [job.version, job.owner, job.status, job.createdAt, JSON.stringify(job)];
}

function parseRecord(record: SQLOutputValue | undefined): Job {
  return jobSchema.parse(JSON.parse(String(record)));
}

/** One row more than asked for, which tells whether another page follows. */
function toSelect(query: JobQuery, before: Place | null): { sql: string; values: SQLInputValue[] } {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  if (query.owner !== null) {
    conditions.push("owner = ?");
    values.push(query.owner);
  }
  if (query.status !== undefined) {
    conditions.push("status = ?");
    values.push(query.status);
  }
  if (before !== null) {
    conditions.push("(created_at, id) < (?, ?)");
    values.push(...before);
  }
  const sql = `SELECT record FROM jobs WHERE ${conditions.join(" AND ")} ORDER BY created_at DESC, id DESC LIMIT ?`;
  return { sql, values: [...values, query.limit + 1] };
}

function guard<T>(code: "stores/read-failed" | "stores/write-failed", act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(code, undefined, { cause });
  }
}
