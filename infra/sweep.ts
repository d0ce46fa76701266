import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { Construct } from "constructs";
import { archivePrefixes, type ConverterProps } from "./converter.ts";
import { listBucket, readObjects } from "./grants.ts";
import { createNodeFunction } from "./node-function.ts";

const MEMORY_MB = 512;
const TIMEOUT = Duration.minutes(4);

/** What brings every job to an end in time, whatever became of its worker or its event. */
export class Sweep extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: ConverterProps) {
    super(scope, id);
    const { options, buckets, jobs, uploads, events, webhooks } = props;
    this.function = createNodeFunction(this, "Function", {
      options,
      name: "sweep",
      description: "Brings to an end the jobs that nobody works on any more",
      memoryMb: MEMORY_MB,
      timeout: TIMEOUT,
      environment: {
        UPLOADS_BUCKET: buckets.uploads.bucketName,
        JOBS_TABLE: jobs.table.tableName,
        UPLOADS_QUEUE_URL: uploads.queue.queueUrl,
        CALLBACKS_QUEUE_URL: webhooks.queue.queueUrl,
        EVENT_BUS_NAME: events.bus.eventBusName,
        MAX_ATTEMPTS: String(options.maxAttempts),
        RETENTION_DAYS: String(options.recordDays),
      },
      allowed: [
        jobs.records,
        jobs.lists("by-status"),
        // Only to see whether an archive is still there; it has no leave to use the key that it is encrypted with.
        readObjects(buckets.uploads, archivePrefixes(options)),
        listBucket(buckets.uploads),
        uploads.sending,
        events.sending,
        webhooks.sending,
      ],
    });
    new Rule(this, "Schedule", {
      description: "Looks for jobs that nobody works on any more",
      schedule: Schedule.rate(Duration.minutes(options.sweepMinutes)),
      // A sweep that fails is not repeated: the next one is due anyway.
      targets: [new LambdaFunction(this.function, { retryAttempts: 0 })],
    });
  }
}
