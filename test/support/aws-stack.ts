import { createDynamoJobStore } from "../../functions/stores/dynamo-job-store.ts";
import { createS3ObjectStore } from "../../functions/stores/s3-object-store.ts";
import type { JobStore } from "../../shared/job-store.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { type DynamoEmulator, type S3Emulator, type SqsEmulator, startDynamo, startS3, startSqs } from "./emulators.ts";
import { type JsonService, startJsonService } from "./json-service.ts";

/** How often a message is delivered, and a job begun, in these stacks. */
export const MAX_RECEIVES = 3;

/** What a deployed stack consists of besides its functions, over emulators. */
export interface AwsStack extends AsyncDisposable {
  readonly s3: S3Emulator;
  readonly dynamo: DynamoEmulator;
  readonly sqs: SqsEmulator;
  /** Stands for EventBridge and takes every event. */
  readonly bus: JsonService;
  /** Stands for Step Functions and takes every execution; nobody runs it. */
  readonly states: JsonService;
  readonly uploadsBucket: string;
  readonly uploads: ObjectStore;
  readonly results: ObjectStore;
  readonly jobs: JobStore;
  readonly queueUrl: string;
  readonly deadLetterUrl: string;
  readonly callbacksUrl: string;
  /** The whole environment of each function: what the template gives, and what Lambda itself gives. */
  readonly environments: Readonly<
    Record<"convert" | "api" | "sweep" | "backfill" | "webhooks", Readonly<Record<string, string>>>
  >;
}

const STATE_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:backfill";

/** Whose jobs those of the drop folder are. */
export const STACK_OWNER = "arn:aws:iam::123456789012:role/archivist";

/** Starts one; nothing in it is shared with another. */
export async function startAwsStack(): Promise<AwsStack> {
  const [s3, dynamo, sqs, bus, states] = await Promise.all([
    startS3(),
    startDynamo(),
    startSqs(),
    startJsonService(() => ({ body: { FailedEntryCount: 0, Entries: [{ EventId: "1" }] } })),
    startJsonService(() => ({ body: { executionArn: STATE_MACHINE, startDate: 1_767_323_045 } })),
  ]);
  const [uploadsBucket, resultsBucket] = [await s3.makeBucket("uploads"), await s3.makeBucket("results")];
  const table = await dynamo.makeJobsTable();
  const deadLetterUrl = await sqs.makeQueue("dead");
  const redrive = { deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead", maxReceiveCount: MAX_RECEIVES };
  const queueUrl = await sqs.makeQueue("uploads", { RedrivePolicy: JSON.stringify(redrive), VisibilityTimeout: "60" });
  const platform = {
    ...s3.environment,
    ...dynamo.environment,
    ...sqs.environment,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    AWS_ENDPOINT_URL_SFN: states.endpoint,
    POWERTOOLS_SERVICE_NAME: "hu01",
    POWERTOOLS_METRICS_NAMESPACE: "hu01-test",
  };
  const buckets = { UPLOADS_BUCKET: uploadsBucket, RESULTS_BUCKET: resultsBucket };
  const records = { JOBS_TABLE: table, RETENTION_DAYS: "90" };
  const callbacksUrl = await sqs.makeQueue("callbacks", { VisibilityTimeout: "60" });
  const queue = { UPLOADS_QUEUE_URL: queueUrl };
  const callbacks = { CALLBACKS_QUEUE_URL: callbacksUrl };
  const ending = { ...callbacks, EVENT_BUS_NAME: "hu01-test", MAX_ATTEMPTS: String(MAX_RECEIVES) };
  const ownership = { STACK_OWNER };
  const limits = { ADMIN_SCOPE: "hu01/admin", OWNER_REQUESTS_PER_MINUTE: "600", MAX_ACTIVE_JOBS: "100" };
  return {
    s3,
    dynamo,
    sqs,
    bus,
    states,
    uploadsBucket,
    uploads: createS3ObjectStore({ client: s3.client, bucket: uploadsBucket }),
    results: createS3ObjectStore({ client: s3.client, bucket: resultsBucket }),
    jobs: createDynamoJobStore({ client: dynamo.client, table }),
    queueUrl,
    deadLetterUrl,
    callbacksUrl,
    environments: {
      convert: { ...platform, ...buckets, ...records, ...queue, ...ending, ...ownership, WRITE_CONCURRENCY: "32" },
      api: {
        ...{ ...platform, ...buckets, ...records, ...queue, ...ownership, ...limits, ...callbacks },
        BACKFILL_STATE_MACHINE_ARN: STATE_MACHINE,
      },
      sweep: { ...platform, UPLOADS_BUCKET: uploadsBucket, ...records, ...queue, ...ending },
      backfill: { ...platform, ...queue },
      webhooks: { ...platform, ...records, ...callbacks },
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([
        s3.stop(),
        dynamo.stop(),
        sqs.stop(),
        bus[Symbol.asyncDispose](),
        states[Symbol.asyncDispose](),
      ]);
    },
  };
}
