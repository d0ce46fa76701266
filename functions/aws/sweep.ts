import { startDeadline } from "../convert/deadline.ts";
import { createJobMessage } from "../convert/job-message.ts";
import type { SweepEnvironment } from "../environment.ts";
import { createS3Client } from "../stores/aws-clients.ts";
import { createS3ObjectStore } from "../stores/s3-object-store.ts";
import { DEFAULT_POLICY } from "../sweep/judge-job.ts";
import { createSweep, type SweepCounts } from "../sweep/sweep.ts";
import { createSqsClient } from "./clients.ts";
import { flushing, openEndingJobs, openHome } from "./home.ts";
import { createMessageQueue } from "./message-queue.ts";

/** The sweep over DynamoDB and S3, for a schedule to call with whatever event. */
export function createScheduledSweep(
  environment: SweepEnvironment,
): (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<SweepCounts> {
  const home = openHome(environment);
  const queue = createMessageQueue(createSqsClient(), environment.UPLOADS_QUEUE_URL);
  const sweep = createSweep({
    ...home,
    jobs: openEndingJobs(environment, home),
    sources: createS3ObjectStore({ client: createS3Client(), bucket: environment.UPLOADS_BUCKET }),
    announce: async (jobIds) => await queue.send(jobIds.map(createJobMessage)),
    policy: { ...DEFAULT_POLICY, maxAttempts: environment.MAX_ATTEMPTS },
  });
  return flushing(home, async (_event, context) => {
    using deadline = startDeadline(context.getRemainingTimeInMillis());
    return await sweep(deadline.signal);
  });
}
