import * as z from "zod";
import type { JobStatus } from "../../../shared/job-status.ts";
import { type RemoteJob, remoteJobSchema } from "./follow-job.ts";
import type { JobAction } from "./job-action.ts";
import { type Remote, readJson } from "./remote.ts";
import { expectSuccess } from "./remote-problem.ts";

const MAX_PAGE_SIZE = 1000;

const listSchema = z.object({ jobs: z.array(remoteJobSchema), nextCursor: z.string().nullable() });

/** Which jobs are listed. */
export interface JobSelection {
  readonly status?: JobStatus | undefined;
  readonly limit: number;
}

/**
 * The jobs of a service, newest first, page by page.
 *
 * @throws LocalError cli/remote-unreachable, cli/remote-answer
 * @throws ArchiveError what the service says
 */
export async function* listRemoteJobs({ client }: Remote, { status, limit }: JobSelection): AsyncGenerator<RemoteJob> {
  let left = limit;
  for (let cursor: string | null | undefined; cursor !== null && left > 0; ) {
    const query = {
      limit: String(Math.min(left, MAX_PAGE_SIZE)),
      ...(status === undefined ? {} : { status }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const { jobs, nextCursor } = await readJson(await client.api.v1.jobs.$get({ query }), listSchema);
    yield* jobs;
    left -= jobs.length;
    cursor = nextCursor;
  }
}

/**
 * Asks for one thing to be done with a job.
 *
 * @returns the job as it is then; null when there is none any more
 * @throws LocalError cli/remote-unreachable, cli/remote-answer
 * @throws ArchiveError what the service says
 */
export async function tellJob({ client }: Remote, action: JobAction, id: string): Promise<RemoteJob | null> {
  const job = `/v1/jobs/${encodeURIComponent(id)}`;
  if (action !== "delete") {
    return await readJson(await client.fetchLink(`${job}/${action}`, { method: "POST" }), remoteJobSchema);
  }
  const answer = await expectSuccess(await client.fetchLink(job, { method: "DELETE" }));
  await answer.body?.cancel();
  return null;
}
