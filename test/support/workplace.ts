import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunJobDeps } from "../../functions/convert/run-job-deps.ts";
import { createLog } from "../../functions/log.ts";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { collectBytes, concatBytes } from "../../shared/bytes/byte-source.ts";
import { createJob, type Job } from "../../shared/job.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { makeArchive } from "./make-archive.ts";
import { makeCalendar, makeMessage, makeVcard } from "./synthetic-mail.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** Real stores in a new folder, and everything that happened on the log. */
export interface Workplace extends RunJobDeps {
  readonly owner: string;
  readonly lines: readonly string[];
}

/** What a converter stands on, over folders and SQLite, gone after the test. */
export async function openWorkplace(changes: Partial<RunJobDeps> = {}): Promise<Workplace> {
  const root = await makeTemporaryFolder();
  const jobs = createSqliteJobStore(":memory:");
  onTestFinished(() => jobs.close());
  const lines: string[] = [];
  return {
    sources: createDirectoryObjectStore(join(root, "sources")),
    results: createDirectoryObjectStore(join(root, "results")),
    jobs,
    now: () => new Date(),
    worker: "test",
    log: createLog((line) => lines.push(line)),
    toolVersion: "1.2.3",
    owner: "anna",
    lines,
    ...changes,
  };
}

/** Three messages, one with an invitation and one with a contact, in three streams of several blocks. */
export function makeSampleArchive(): Uint8Array {
  const messages = [
    makeMessage({ seed: 1, subject: "first", textBytes: 900 }),
    makeMessage({ seed: 2, subject: "second", calendar: makeCalendar(2, "REQUEST"), calendarMethod: "REQUEST" }),
    makeMessage({ seed: 3, subject: "third", textBytes: 500, vcard: makeVcard(3) }),
  ];
  return concatBytes(messages.map((message) => makeArchive(message, { blockBytes: 1_000, stored: true })));
}

/** Puts an archive into the sources and a queued job for it into the records. */
export async function queueJob(place: RunJobDeps, archive: Uint8Array, changes: Partial<Job> = {}): Promise<Job> {
  const id = changes.id ?? "job-1";
  const { key, size, etag } = await place.sources.write(`inbox/${id}.hu01`, [archive]);
  const source = { key, filename: `${id}.hu01`, size, etag };
  const job = createJob(
    { id, owner: "anna", status: "queued", source, options: { ...DEFAULT_OPTIONS, carve: false } },
    place.now(),
  );
  await place.jobs.create({ ...job, ...changes });
  return { ...job, ...changes };
}

/** All objects under a prefix, by what follows it. */
export async function contentOf(store: ObjectStore, prefix: string): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for await (const { key } of store.list(prefix)) {
    content.set(key.slice(prefix.length), Buffer.from(await collectBytes(store.read(key))).toString("latin1"));
  }
  return content;
}
