import { handle, type LambdaEvent } from "hono/aws-lambda";
import { v7 } from "uuid";
import { createApp } from "../api/app.ts";
import { createJobMessage } from "../convert/job-message.ts";
import type { ApiEnvironment } from "../environment.ts";
import { createS3Client } from "../stores/aws-clients.ts";
import { createS3ObjectStore } from "../stores/s3-object-store.ts";
import { announcingCallbacks } from "./callback-queue.ts";
import { createSfnClient, createSqsClient } from "./clients.ts";
import { flushing, openHome, openJobs, openNotes } from "./home.ts";
import { createMessageQueue } from "./message-queue.ts";
import { createPrincipalOf } from "./principal.ts";
import { createResultLinks } from "./result-links.ts";
import { createS3Uploads } from "./s3-uploads.ts";
import { createStateMachineBackfills } from "./state-machine-backfills.ts";

/** A Lambda takes and gives 6 MB at once, bodies in base64 and everything around them included. */
const MAX_BODY_BYTES = 4 * 1024 ** 2;
/** The gateway waits half a minute. */
const ANSWER_MILLIS = 20_000;

/** The API behind an HTTP API of API Gateway (payload format 2.0), over S3, DynamoDB and Step Functions. */
export function createApi(environment: ApiEnvironment): ReturnType<typeof handle> {
  const { UPLOADS_BUCKET: uploads, RESULTS_BUCKET: results, BACKFILL_STATE_MACHINE_ARN: stateMachineArn } = environment;
  const client = createS3Client();
  const sfn = { client: createSfnClient(), bucket: uploads };
  const queue = createMessageQueue(createSqsClient(), environment.UPLOADS_QUEUE_URL);
  const home = openHome(environment);
  const app = createApp({
    ...home,
    // A job that waits is canceled here.
    jobs: announcingCallbacks(openJobs(environment), environment, home),
    notes: openNotes(environment),
    sources: createS3ObjectStore({ client, bucket: uploads }),
    results: createS3ObjectStore({ client, bucket: results }),
    uploads: createS3Uploads(client, uploads),
    newId: v7,
    principalOf: createPrincipalOf({ scope: environment.ADMIN_SCOPE, arns: environment.ADMIN_ARNS }),
    requestRate: { requests: environment.OWNER_REQUESTS_PER_MINUTE, seconds: 60 },
    maxActiveJobs: environment.MAX_ACTIVE_JOBS,
    // The bucket tells the converter of the upload itself.
    announce: async () => undefined,
    announceJob: async (jobId) => await queue.send([createJobMessage(jobId)]),
    bodyLimit: {
      maxBytes: MAX_BODY_BYTES,
      instead:
        "Send POST /v1/jobs with Content-Type application/json, { filename, size }, and PUT the file to upload.url.",
    },
    answerLimit: { maxBytes: MAX_BODY_BYTES },
    answerMillis: ANSWER_MILLIS,
    linkTo: createResultLinks(client, results),
    ...(stateMachineArn === undefined ? {} : { backfills: createStateMachineBackfills({ ...sfn, stateMachineArn }) }),
  });
  const answer = handle(app);
  return flushing(
    home,
    async (event, context) => await answer(hasNoContent(event) ? { ...event, body: null } : event, context),
  );
}

/** RFC 9110 §9.3.1 lets a GET bring content that means nothing; the adapter would answer it without a problem document. */
function hasNoContent(event: LambdaEvent): boolean {
  const { http } = event.requestContext as { readonly http?: { readonly method: string } };
  return http?.method === "GET" || http?.method === "HEAD";
}
