import type * as z from "zod";
import { progressSchema } from "../../../shared/job-progress.ts";
import { jobViewSchema } from "../../api/jobs/job-contract.ts";
import { isEventStream, readEvents } from "./read-events.ts";
import { type Remote, readJson } from "./remote.ts";
import { pause, retryAfterMillis, toUnreachable } from "./retrying.ts";

const POLL_MILLIS = 1_000;

/** What this program needs of a job; a newer service may tell more. */
export const remoteJobSchema = jobViewSchema.pick({
  id: true,
  status: true,
  source: true,
  progress: true,
  error: true,
  createdAt: true,
  finishedAt: true,
});

/** A job of another service. */
export type RemoteJob = z.infer<typeof remoteJobSchema>;

/**
 * Follows a job until it has ended: by its events where the service sends them, else, or when they break off, by looking
 * at it every so often.
 *
 * @param onJob told of each state that was seen
 * @throws LocalError cli/remote-unreachable, cli/remote-answer
 * @throws ArchiveError what the service says
 */
export async function followJob(remote: Remote, id: string, onJob: (job: RemoteJob) => void): Promise<RemoteJob> {
  const address = `/v1/jobs/${encodeURIComponent(id)}`;
  return (await followEvents(remote, `${address}/events`, onJob)) ?? (await pollJob(remote, address, onJob));
}

/** @returns the job that has ended, or null when its events do not come that far */
async function followEvents(
  { client, signal }: Remote,
  address: string,
  onJob: (job: RemoteJob) => void,
): Promise<RemoteJob | null> {
  const answer = await client.fetchLink(address, { headers: { accept: "text/event-stream" } });
  if (!isEventStream(answer)) {
    await answer.body?.cancel();
    return null;
  }
  try {
    let job: RemoteJob | null = null;
    for await (const { event, data } of readEvents(answer)) {
      job = applyEvent(job, event, JSON.parse(data));
      if (job === null) continue;
      onJob(job);
      if (job.finishedAt !== null) return job;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) toUnreachable(error, signal);
  }
  return null;
}

/** `progress` brings the counts alone, all others the job. What cannot be read changes nothing: the job itself is asked. */
function applyEvent(job: RemoteJob | null, event: string | undefined, data: unknown): RemoteJob | null {
  if (event !== "progress") return remoteJobSchema.safeParse(data).data ?? job;
  const progress = progressSchema.safeParse(data).data;
  return job === null || progress === undefined ? job : { ...job, progress };
}

/** What has not changed is not sent again (ETag, RFC 9110 §13.1.2), and the service says when to look again. */
async function pollJob({ client, signal }: Remote, address: string, onJob: (job: RemoteJob) => void) {
  for (let etag: string | null = null; ; ) {
    const answer: Response = await client.fetchLink(address, {
      headers: etag === null ? {} : { "if-none-match": etag },
    });
    if (answer.status !== 304) {
      const job = await readJson(answer, remoteJobSchema);
      onJob(job);
      if (job.finishedAt !== null) return job;
      etag = answer.headers.get("etag");
    }
    await pause(retryAfterMillis(answer) ?? POLL_MILLIS, signal);
  }
}
