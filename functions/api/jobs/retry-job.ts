import * as z from "zod";
import { collectBytes } from "../../../shared/bytes/byte-source.ts";
import { ApiError, hasCode } from "../../../shared/errors.ts";
import { createJob, type Job, type NewJob } from "../../../shared/job.ts";
import { MAX_RETRIED_ITEMS } from "../../../shared/job-retry.ts";
import { isTerminal } from "../../../shared/job-status.ts";
import type { ObjectFacts } from "../../../shared/object-store.ts";
import type { ApiDeps } from "../api-deps.ts";
import { readManifest } from "../files/read-manifest.ts";
import type { Retry } from "./job-contract.ts";

/** What is to be done again, and under which id. */
export interface RetryRequest {
  readonly id: string;
  readonly retry: Pick<Retry, "items" | "options">;
  readonly callback: Pick<NewJob, "callback">;
}

/** Of a report no more is looked at; its list of streams may be long. */
const reportSchema = z.object({ tool: z.object({ version: z.string() }) });

/**
 * Makes a job that converts the archive of an ended one again: what was skipped or came out partial, or all of it where
 * the items of the two could not be told to be the same.
 *
 * @throws ApiError jobs/not-ended, jobs/nothing-to-retry, stores/not-found, stores/source-changed
 */
export async function retryJob(deps: ApiDeps, earlier: Job, { id, retry, callback }: RetryRequest): Promise<Job> {
  const made = await deps.jobs.get(id);
  // An earlier attempt of the same request.
  if (made?.retry?.of === earlier.id) return await announced(deps, made);
  if (!isTerminal(earlier.status))
    throw new ApiError("jobs/not-ended", `The job is ${earlier.status}; follow it instead.`);
  await checkSource(deps, earlier);
  const { options = earlier.options, items } = retry;
  const isSame = retry.options === undefined && items === "failed";
  if (earlier.status === "succeeded" && isSame) throw new ApiError("jobs/nothing-to-retry");
  const only = items === "all" ? null : await failedItems(deps, earlier, options);
  const root = earlier.retry?.root ?? earlier.id;
  const facts = { id, owner: earlier.owner, status: "queued", source: earlier.source, options, ...callback } as const;
  const job = createJob({ ...facts, retry: { of: earlier.id, root, only } }, deps.now());
  if (!(await deps.jobs.create(job))) throw new ApiError("stores/conflict");
  deps.log.info("job retried", { job: id, of: earlier.id, items: only?.length ?? 0 });
  return await announced(deps, job);
}

async function announced({ announceJob }: ApiDeps, job: Job): Promise<Job> {
  await announceJob(job.id);
  return job;
}

/** Where the service may put archives in but not look at them, the converter finds out. */
async function checkSource({ sources }: ApiDeps, { source }: Job): Promise<void> {
  let facts: ObjectFacts | null;
  try {
    facts = await sources.head(source.key);
  } catch (error) {
    if (hasCode(error, "stores/access-denied")) return;
    throw error;
  }
  if (facts === null) throw new ApiError("stores/not-found", "The archive of the job is not there any more.");
  if (source.etag !== null && facts.etag !== source.etag) {
    throw new ApiError("stores/source-changed", "The archive of the job was overwritten since.");
  }
}

/** Ordinals of items; null for all: where none is named, there are too many, or they may be numbered otherwise now. */
async function failedItems(deps: ApiDeps, earlier: Job, options: Job["options"]): Promise<number[] | null> {
  if (earlier.status !== "succeeded_with_errors" || options.carve !== earlier.options.carve) return null;
  try {
    if ((await convertedBy(deps, earlier)) !== deps.toolVersion) return null;
    const items = new Set<number>();
    for await (const line of readManifest(deps.results.read(`${earlier.id}/manifest.jsonl`))) {
      if (line.item !== null && (line.type === "skip" || line.partial)) items.add(line.item);
      if (items.size > MAX_RETRIED_ITEMS) return null;
    }
    return items.size === 0 ? null : [...items].sort((one, other) => one - other);
  } catch (error) {
    if (hasCode(error, "stores/not-found")) return null;
    throw error;
  }
}

async function convertedBy({ results }: ApiDeps, { id }: Job): Promise<string> {
  const bytes = await collectBytes(results.read(`${id}/report.json`));
  return reportSchema.parse(JSON.parse(Buffer.from(bytes).toString())).tool.version;
}
