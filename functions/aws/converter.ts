import { randomUUID } from "node:crypto";
import type { ObjectStore } from "../../shared/object-store.ts";
import { createHandler, type Handler } from "../convert/handler.ts";
import { createJobMessage } from "../convert/job-message.ts";
import { createDecoderPool } from "../decoder-pool/decoder-pool.ts";
import type { ConverterEnvironment } from "../environment.ts";
import { createS3Client } from "../stores/aws-clients.ts";
import { createS3ObjectStore } from "../stores/s3-object-store.ts";
import { createSqsClient } from "./clients.ts";
import { flushing, openEndingJobs, openHome } from "./home.ts";
import { createMessageQueue } from "./message-queue.ts";

/** The converter over S3 and DynamoDB. Its threads and connections serve every invocation of the process. */
export function createConverter(environment: ConverterEnvironment): Handler {
  const home = openHome(environment);
  const client = createS3Client();
  const results = createS3ObjectStore({ client, bucket: environment.RESULTS_BUCKET });
  const queue = createMessageQueue(createSqsClient(), environment.UPLOADS_QUEUE_URL);
  const handle = createHandler({
    ...home,
    jobs: openEndingJobs(environment, home),
    sources: createS3ObjectStore({ client, bucket: environment.UPLOADS_BUCKET }),
    results: meterWrites(results, (bytes) => home.metrics.bytesWritten(bytes)),
    blockDecoder: createDecoderPool(),
    worker: `lambda-${randomUUID()}`,
    owner: environment.STACK_OWNER,
    sourceBucket: environment.UPLOADS_BUCKET,
    maxAttempts: environment.MAX_ATTEMPTS,
    writeConcurrency: environment.WRITE_CONCURRENCY,
    continueLater: async (jobId) => await queue.send([createJobMessage(jobId)]),
  });
  return flushing(home, handle);
}

/** The same store; besides, it tells the size of each object that has been written. */
function meterWrites(store: ObjectStore, onWritten: (bytes: number) => void): ObjectStore {
  return {
    head: (key) => store.head(key),
    read: (key, options) => store.read(key, options),
    list: (prefix, options) => store.list(prefix, options),
    delete: (key) => store.delete(key),
    write: async (key, content, options) => {
      const facts = await store.write(key, content, options);
      onWritten(facts.size);
      return facts;
    },
  };
}
