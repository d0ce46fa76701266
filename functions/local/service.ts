import { randomUUID } from "node:crypto";
import { v7 } from "uuid";
import type { Job } from "../../shared/job.ts";
import type { ObjectFacts, ObjectStore } from "../../shared/object-store.ts";
import { createApp } from "../api/app.ts";
import { createJobWatch } from "../api/live/watch-jobs.ts";
import { createServedUploads } from "../api/uploads/served-uploads.ts";
import { createHandler, type HandlerDeps } from "../convert/handler.ts";
import { createJobMessage } from "../convert/job-message.ts";
import { createUploadEvent } from "../convert/s3-event.ts";
import { createDecoderPool } from "../decoder-pool/decoder-pool.ts";
import type { Log } from "../log.ts";
import { createDirectoryObjectStore } from "../stores/directory-object-store.ts";
import { createSqliteJobStore } from "../stores/sqlite-job-store.ts";
import { createSqliteNoteStore } from "../stores/sqlite-note-store.ts";
import { tellBeforeEnds } from "../stores/tell-before-ends.ts";
import { tellOfChanges } from "../stores/tell-of-changes.ts";
import { tellOfEnds } from "../stores/tell-of-ends.ts";
import { endLapsedUploads, listJobs, watchUploads } from "./awaited-uploads.ts";
import { openCallbacks } from "./callbacks.ts";
import { type DataFolder, INBOX_PREFIX } from "./data-folder.ts";
import { watchDropFolder } from "./drop-folder.ts";
import { startHttpServer } from "./http-server.ts";
import { createInboxBackfills } from "./inbox-backfills.ts";
import { isLoopback } from "./local-guard.ts";
import { TOOL_VERSION } from "./tool-version.ts";
import { WorkQueue } from "./work-queue.ts";

export interface ServiceOptions {
  readonly data: DataFolder;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Log;
  /** What whoever asks must know; null lets everybody in. */
  readonly token: string | null;
  /** Milliseconds between two looks at a file that may still grow. */
  readonly settleMillis?: number;
  /** Milliseconds for which a worker that says nothing keeps its job. */
  readonly leaseMillis?: number;
  /** Let callbacks reach this machine and private networks; public hosts only when absent. */
  readonly allowPrivateCallbacks?: boolean;
  /** Told of each job that has ended. */
  readonly onEnd?: (job: Job) => void;
}

/** A running local service. */
export interface Service {
  readonly url: string;
  readonly results: ObjectStore;
  /** Takes nothing new, and gives what is being done some milliseconds to end. */
  close(graceMillis: number): Promise<void>;
}

/** The one user of a local service. */
const OWNER = "local";
const BUCKET = "local";
const CONCURRENT_JOBS = 2;
const MAX_ATTEMPTS = 3;
/** More uploads than this at a time are asked to wait; files in the drop folder wait by themselves. */
const MAX_ACTIVE_JOBS = 1000;
/** Of those who ask from other machines: as fast as parts of an upload come over a fast network. */
const REQUEST_RATE = { requests: 6000, seconds: 60 };
const SETTLE_MILLIS = 500;
const IDLE_MILLIS = 1_000;
/** Changes that are made here are told at once; this is for those that another process makes. */
const LIVE_POLL_MILLIS = 2_000;
/** How long one job may take: longer than any machine is left alone, shorter than what a timer can count. */
const JOB_MILLIS = 7 * 24 * 3600 * 1000;

/**
 * Starts the API, the drop folder and the converter in this process. New objects reach the converter as they do on
 * AWS: as S3 events in a batch of a queue.
 *
 * @throws LocalError cli/port-in-use
 * @throws StoreError stores/read-failed when the job records cannot be opened
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { data, log } = options;
  const records = createSqliteJobStore(data.jobs);
  const live = createJobWatch({ jobs: records, pollMillis: LIVE_POLL_MILLIS });
  const told = tellOfChanges(records, live.tell);
  const now = () => new Date();
  const notes = createSqliteNoteStore(data.notes, now);
  const callbackPolicy = { allowPrivate: options.allowPrivateCallbacks ?? false };
  const common = { notes, now, log, toolVersion: TOOL_VERSION };
  const callbacks = openCallbacks({ ...common, path: data.callbacks, jobs: told, policy: callbackPolicy });
  const jobs = tellBeforeEnds(told, callbacks.announce);
  const blockDecoder = createDecoderPool();
  const home = {
    jobs,
    blockDecoder,
    sources: createDirectoryObjectStore(data.root),
    results: createDirectoryObjectStore(data.results),
    now,
    log,
    owner: OWNER,
    toolVersion: TOOL_VERSION,
  };
  const queue = startQueue(home, options);
  const announceDropped = async (path: string) => {
    const facts = await home.sources.head(INBOX_PREFIX + path);
    if (facts !== null) queue.push(facts);
  };
  const app = createApp({
    ...home,
    notes,
    uploads: createServedUploads({ ...home, notes }),
    principalOf: () => ({ owner: OWNER, isAdmin: true }),
    maxActiveJobs: MAX_ACTIVE_JOBS,
    ...(isLoopback(options.host) ? {} : { requestRate: REQUEST_RATE }),
    newId: v7,
    watchJob: live.watch,
    callbackPolicy,
    announce: async (facts) => queue.push(facts),
    announceJob: async (jobId) => queue.push({ jobId }),
    backfills: createInboxBackfills({ ...home, inbox: data.inbox, announce: announceDropped }),
  });
  // Before the first upload comes: from then on, one that is awaited may be on its way.
  const unfinished = await findUnfinishedWork(home);
  const server = await startHttpServer({
    fetch: app.fetch,
    host: options.host,
    port: options.port,
    newId: v7,
    token: options.token,
  }).catch(async (error: unknown) => {
    // Its timer would keep a process alive that has nothing to serve.
    await callbacks.close(0);
    throw error;
  });
  for (const { task, delayMillis } of unfinished) queue.push(task, delayMillis);
  const stopWatchingUploads = watchUploads(home);
  const dropFolder = watchDropFolder({
    folder: data.inbox,
    onFile: announceDropped,
    settleMillis: options.settleMillis ?? SETTLE_MILLIS,
    idleMillis: IDLE_MILLIS,
    log,
  });
  return {
    url: server.url,
    results: home.results,
    close: async (graceMillis) => {
      stopWatchingUploads();
      live.close();
      await Promise.all([dropFolder.close(), server.close(graceMillis), queue.close(graceMillis)]);
      await blockDecoder[Symbol.asyncDispose]();
      await callbacks.close(graceMillis);
      records.close();
      notes.close();
    },
  };
}

type Home = Omit<HandlerDeps, "worker"> & { readonly owner: string };

/** An object that has come, or a job whose record and object are there already. */
type Task = ObjectFacts | { readonly jobId: string };

function startQueue(home: Home, { leaseMillis, onEnd, log }: ServiceOptions): WorkQueue<Task> {
  const handle = createHandler({
    ...home,
    ...(leaseMillis === undefined ? {} : { leaseMillis }),
    jobs: onEnd === undefined ? home.jobs : tellOfEnds(home.jobs, onEnd),
    maxAttempts: MAX_ATTEMPTS,
    worker: `local-${randomUUID()}`,
  });
  return new WorkQueue<Task>({
    run: async (task) => {
      const { batchItemFailures } = await handle(toEvent(task), { getRemainingTimeInMillis: () => JOB_MILLIS });
      return batchItemFailures.length === 0;
    },
    concurrency: CONCURRENT_JOBS,
    retryMillis: 1000,
    maxTries: 8,
    log,
  });
}

/** As they come out of a queue on AWS. */
function toEvent(task: Task): unknown {
  if (!("jobId" in task)) return createUploadEvent({ bucket: BUCKET, ...task });
  return { Records: [{ messageId: task.jobId, body: createJobMessage(task.jobId) }] };
}

interface UnfinishedWork {
  readonly task: Task;
  /** Until a lease of the dead process is over. */
  readonly delayMillis: number;
}

/** What a process that died has left: uploads that broke off end here; jobs that wait or ran have to be done. */
async function findUnfinishedWork(home: Home): Promise<UnfinishedWork[]> {
  const { jobs, owner, now } = home;
  const work: UnfinishedWork[] = [];
  for (const facts of await endLapsedUploads(home, true)) work.push({ task: facts, delayMillis: 0 });
  for (const status of ["queued", "running"] as const) {
    for await (const { id, lease } of listJobs(jobs, { owner, status })) {
      work.push({
        task: { jobId: id },
        delayMillis: lease === null ? 0 : Date.parse(lease.expiresAt) - now().getTime() + 1,
      });
    }
  }
  // The stores list the newest first.
  return work.reverse();
}
