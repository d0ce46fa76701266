import type { Backfills } from "../api/api-deps.ts";
import type { Backfill, BackfillRequest } from "../api/backfills/backfill-contract.ts";
import { isWanted } from "../backfill/object-filter.ts";
import type { Log } from "../log.ts";
import { INBOX_PREFIX } from "./data-folder.ts";
import { listDroppedFiles } from "./dropped-files.ts";

export interface InboxBackfillsOptions {
  readonly inbox: string;
  /** Announces a file of the inbox, named by its path below it, as when it was dropped. */
  readonly announce: (path: string) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
}

/** Backfills that nobody asks about any more are forgotten beyond so many. */
const MAX_REMEMBERED = 100;

/** Backfills over the files of the inbox. They live as long as the process. */
export function createInboxBackfills(options: InboxBackfillsOptions): Backfills {
  const remembered = new Map<string, Backfill>();
  return {
    start: async (id, _owner, request) => {
      const createdAt = options.now().toISOString();
      const begun: Backfill = { id, status: "running", request, objects: null, createdAt, finishedAt: null };
      remembered.set(id, begun);
      const [oldest] = remembered.keys();
      if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
      void announceAll(options, request).then((ended) =>
        remembered.set(id, { ...begun, ...ended, finishedAt: options.now().toISOString() }),
      );
      return begun;
    },
    get: async (id) => remembered.get(id) ?? null,
  };
}

async function announceAll(
  { inbox, announce, log }: InboxBackfillsOptions,
  request: BackfillRequest,
): Promise<Pick<Backfill, "status" | "objects">> {
  const objects = { total: 0, done: 0, failed: 0 };
  try {
    for await (const { path, size, lastModified } of listDroppedFiles(inbox)) {
      const key = INBOX_PREFIX + path;
      if (!key.startsWith(request.prefix)) continue;
      objects.total += 1;
      const isDone = !isWanted({ key, size, lastModified }, request) || (await succeeds(announce(path)));
      objects[isDone ? "done" : "failed"] += 1;
    }
  } catch (error) {
    log.error("inbox unreadable", { error: error instanceof Error ? error.name : "unknown" });
    return { status: "failed", objects };
  }
  log.info("objects announced", objects);
  const isTolerated = objects.failed <= (objects.total * request.toleratedFailurePercentage) / 100;
  return { status: isTolerated ? "succeeded" : "failed", objects };
}

async function succeeds(act: Promise<void>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch {
    return false;
  }
}
