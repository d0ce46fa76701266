import { createRunJob } from "../../functions/convert/run-job.ts";
import type { RunJobDeps } from "../../functions/convert/run-job-deps.ts";
import type { Job } from "../../shared/job.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { queueJob } from "../support/workplace.ts";
import type { TestService } from "./test-service.ts";

const NEVER = new AbortController().signal;

/** Converts an archive into the results of a service, as its job. */
export async function addConvertedJob(
  { deps }: TestService,
  id: string,
  archive: Uint8Array,
  options: Partial<Job["options"]> = {},
): Promise<Job> {
  const place: RunJobDeps = { ...deps, worker: "w" };
  const { owner } = deps.principalOf({});
  await queueJob(place, archive, { id, owner, options: { ...DEFAULT_OPTIONS, ...options } });
  return await createRunJob(place)(id, NEVER);
}
