import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { StoreError } from "../../shared/errors.ts";
import type { Note, NoteStore } from "../../shared/note-store.ts";

/** A note store that holds a file open until it is closed. */
export interface SqliteNoteStore extends NoteStore, Disposable {
  close(): void;
}

const BUSY_MILLIS = 5_000;
const noteSchema = z.object({ id: z.string(), text: z.string(), expiresAt: z.string() });

/**
 * Notes in one SQLite file, which several processes may use at once. Opening it removes those that have expired.
 *
 * @param path of the file, made when absent together with its folder; ":memory:" for a store that lives no longer
 * @throws StoreError stores/read-failed when the file is no such store
 */
export function createSqliteNoteStore(path: string, now: () => Date): SqliteNoteStore {
  return guard("stores/read-failed", () => new OpenStore(path, now));
}

class OpenStore implements SqliteNoteStore {
  readonly #database: DatabaseSync;
  readonly #now: () => Date;

  constructor(path: string, now: () => Date) {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    this.#now = now;
    this.#database = new DatabaseSync(path, { timeout: BUSY_MILLIS });
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, text TEXT NOT NULL, expiresAt TEXT NOT NULL) STRICT;
    `);
    this.#database.prepare("DELETE FROM notes WHERE expiresAt <= ?").run(now().toISOString());
  }

  async create(note: Note): Promise<Note | null> {
    return guard("stores/write-failed", () => {
      const replace = this.#database.prepare(
        "INSERT INTO notes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET text = excluded.text, " +
          "expiresAt = excluded.expiresAt WHERE notes.expiresAt <= ?",
      );
      const { changes } = replace.run(note.id, note.text, note.expiresAt, this.#now().toISOString());
      return changes > 0 ? null : this.#read(note.id);
    });
  }

  async get(id: string): Promise<Note | null> {
    return guard("stores/read-failed", () => this.#read(id));
  }

  async put({ id, text, expiresAt }: Note): Promise<void> {
    guard("stores/write-failed", () =>
      this.#database.prepare("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)").run(id, text, expiresAt),
    );
  }

  async delete(id: string): Promise<void> {
    guard("stores/write-failed", () => this.#database.prepare("DELETE FROM notes WHERE id = ?").run(id));
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #read(id: string): Note | null {
    const select = this.#database.prepare("SELECT * FROM notes WHERE id = ? AND expiresAt > ?");
    const row = select.get(id, this.#now().toISOString());
    return row === undefined ? null : noteSchema.parse(row);
  }
}

function guard<T>(code: "stores/read-failed" | "stores/write-failed", act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new StoreError(code, undefined, { cause });
  }
}
