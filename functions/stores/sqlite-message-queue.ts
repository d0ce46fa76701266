import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { StoreError } from "../../shared/errors.ts";

/** Messages that wait for their time, and outlive the process. The same text twice is one message. */
export interface WaitingMessages extends Disposable {
  /** Adds a message unless it is there. @param dueMillis Unix time */
  push(text: string, dueMillis: number): void;
  /** Up to `limit` messages whose time has come, the longest waiting first. They stay. */
  due(nowMillis: number, limit: number): readonly string[];
  /** When the next message is due; null when there is none. */
  nextDueMillis(): number | null;
  /** Lets a message wait for another time. */
  delay(text: string, dueMillis: number): void;
  /** Takes a message out. */
  remove(text: string): void;
  close(): void;
}

const BUSY_MILLIS = 5_000;
const rowsSchema = z.array(z.object({ text: z.string() }));
const nextSchema = z.object({ next: z.number().nullable() });

/**
 * Messages in one SQLite file. Every method throws StoreError stores/read-failed or stores/write-failed.
 *
 * @param path of the file, made when absent together with its folder; ":memory:" for messages that live no longer
 */
export function openSqliteMessages(path: string): WaitingMessages {
  return guard("stores/read-failed", () => new OpenMessages(path));
}

class OpenMessages implements WaitingMessages {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    this.#database = new DatabaseSync(path, { timeout: BUSY_MILLIS });
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS messages (text TEXT PRIMARY KEY, due INTEGER NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS messages_by_due ON messages (due);
    `);
  }

  push(text: string, dueMillis: number): void {
    this.#run("INSERT INTO messages VALUES (?, ?) ON CONFLICT DO NOTHING", text, dueMillis);
  }

  due(nowMillis: number, limit: number): readonly string[] {
    return guard("stores/read-failed", () => {
      const select = this.#database.prepare("SELECT text FROM messages WHERE due <= ? ORDER BY due, text LIMIT ?");
      return rowsSchema.parse(select.all(nowMillis, limit)).map(({ text }) => text);
    });
  }

  nextDueMillis(): number | null {
    return guard("stores/read-failed", () => {
      return nextSchema.parse(this.#database.prepare("SELECT min(due) AS next FROM messages").get()).next;
    });
  }

  delay(text: string, dueMillis: number): void {
    this.#run("UPDATE messages SET due = ? WHERE text = ?", dueMillis, text);
  }

  remove(text: string): void {
    this.#run("DELETE FROM messages WHERE text = ?", text);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #run(sql: string, ...values: (string | number)[]): void {
    guard("stores/write-failed", () => this.#database.prepare(sql).run(...values));
  }
}

function guard<T>(code: "stores/read-failed" | "stores/write-failed", act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new StoreError(code, undefined, { cause });
  }
}
