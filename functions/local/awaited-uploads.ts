import { expireJob, type Job } from "../../shared/job.ts";
import type { JobSelection, JobStore } from "../../shared/job-store.ts";
import type { ObjectFacts, ObjectStore } from "../../shared/object-store.ts";
import { removeStrayParts } from "../api/uploads/served-uploads.ts";
import type { Log } from "../log.ts";

export interface AwaitedUploadsOptions {
  readonly jobs: JobStore;
  readonly sources: ObjectStore;
  readonly owner: string;
  readonly now: () => Date;
  readonly log: Log;
}

const PAGE_SIZE = 1000;
const LOOK_MILLIS = 60_000;

/**
 * Ends the uploads that nobody goes on with, with the parts that have come of them.
 *
 * @param isStart nothing is arriving yet, so an upload that came with the request for its job has broken off
 * @returns the files that have come all the same, whose jobs have to be queued
 */
export async function endLapsedUploads(options: AwaitedUploadsOptions, isStart: boolean): Promise<ObjectFacts[]> {
  const { jobs, sources, owner, now } = options;
  const arrived: ObjectFacts[] = [];
  for await (const job of listJobs(jobs, { owner, status: "awaiting_upload" })) {
    const facts = await sources.head(job.source.key);
    if (facts !== null && isStart) arrived.push(facts);
    const isOver = job.upload === null ? isStart : Date.parse(job.upload.expiresAt) <= now().getTime();
    if (facts === null && isOver) await jobs.update(expireJob(job, now()));
  }
  await removeStrayParts(sources, async (id) => (await jobs.get(id))?.status === "awaiting_upload");
  return arrived;
}

/** Does so every minute. @returns stops it */
export function watchUploads(options: AwaitedUploadsOptions): () => void {
  const look = () =>
    endLapsedUploads(options, false).catch((error: unknown) => {
      options.log.error("uploads not looked at", { error: error instanceof Error ? error.name : "unknown" });
    });
  const timer = setInterval(look, LOOK_MILLIS);
  return () => clearInterval(timer);
}

/** All jobs of a selection, the newest first. */
export async function* listJobs(jobs: JobStore, selection: JobSelection): AsyncGenerator<Job> {
  let page = await jobs.list({ ...selection, limit: PAGE_SIZE });
  yield* page.jobs;
  while (page.cursor !== null) {
    page = await jobs.list({ ...selection, limit: PAGE_SIZE, cursor: page.cursor });
    yield* page.jobs;
  }
}
