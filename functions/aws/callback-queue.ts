import { ArchiveError } from "../../shared/errors.ts";
import type { JobStore } from "../../shared/job-store.ts";
import { createCallbackMessage } from "../api/webhooks/callback-message.ts";
import { tellBeforeEnds } from "../stores/tell-before-ends.ts";
import { createSqsClient } from "./clients.ts";
import type { AwsHome } from "./home.ts";
import { createMessageQueue } from "./message-queue.ts";

/**
 * The same store; besides, whoever wants to know of a job's end is put into the queue of callbacks before the end is
 * stored. A queue that takes nothing is logged and counted, and the job ends all the same: its record says it too.
 */
export function announcingCallbacks(
  jobs: JobStore,
  { CALLBACKS_QUEUE_URL: queueUrl }: { readonly CALLBACKS_QUEUE_URL: string },
  { log, metrics }: Pick<AwsHome, "log" | "metrics">,
): JobStore {
  const queue = createMessageQueue(createSqsClient(), queueUrl);
  return tellBeforeEnds(jobs, async (job) => {
    const message = createCallbackMessage(job);
    if (message === null) return;
    try {
      await queue.send([message]);
    } catch (error) {
      log.error("callback not queued", { job: job.id, code: error instanceof ArchiveError ? error.code : "unknown" });
      metrics.callbackNotQueued();
    }
  });
}
