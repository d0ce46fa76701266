import { type BatchCounts, createAnnouncer } from "../backfill/announce-objects.ts";
import type { BackfillEnvironment } from "../environment.ts";
import { createS3Client } from "../stores/aws-clients.ts";
import { createSqsClient } from "./clients.ts";
import { openHome } from "./home.ts";
import { createMessageQueue } from "./message-queue.ts";
import { createVersionReader } from "./object-versions.ts";

/** What a Distributed Map calls with each batch of the objects that it lists. */
export function createBatchAnnouncer(environment: BackfillEnvironment): (input: unknown) => Promise<BatchCounts> {
  const queue = createMessageQueue(createSqsClient(), environment.UPLOADS_QUEUE_URL);
  return createAnnouncer({
    ...openHome(environment),
    versionOf: createVersionReader(createS3Client()),
    send: (bodies) => queue.send(bodies),
  });
}
