import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { Construct } from "constructs";
import type { Buckets } from "./buckets.ts";
import type { Events } from "./events.ts";
import { deleteObjects, listBucket, readObjects, useKey, writeObjects } from "./grants.ts";
import type { JobsTable } from "./jobs-table.ts";
import { createNodeFunction } from "./node-function.ts";
import { type StackOptions, UPLOADS_PREFIX } from "./stack-options.ts";
import type { UploadsQueue } from "./uploads-queue.ts";
import type { Webhooks } from "./webhooks.ts";

export interface ConverterProps {
  readonly options: StackOptions;
  readonly buckets: Buckets;
  readonly jobs: JobsTable;
  readonly uploads: UploadsQueue;
  readonly events: Events;
  readonly webhooks: Webhooks;
}

/** The function that turns archives into files, fed by the queue. */
export class Converter extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: ConverterProps) {
    super(scope, id);
    const { options, buckets, jobs, uploads, events, webhooks } = props;
    this.function = createNodeFunction(this, "Function", {
      options,
      name: "convert",
      description: "Converts the archives that the queue announces",
      memoryMb: options.converterMemoryMb,
      timeout: Duration.seconds(options.converterTimeoutSeconds),
      // A long conversion goes on by a message to itself; run-job ends one that goes on for ever.
      callsItself: true,
      environment: {
        UPLOADS_BUCKET: buckets.uploads.bucketName,
        RESULTS_BUCKET: buckets.results.bucketName,
        JOBS_TABLE: jobs.table.tableName,
        UPLOADS_QUEUE_URL: uploads.queue.queueUrl,
        CALLBACKS_QUEUE_URL: webhooks.queue.queueUrl,
        EVENT_BUS_NAME: events.bus.eventBusName,
        STACK_OWNER: options.owner,
        WRITE_CONCURRENCY: String(options.writeConcurrency),
        MAX_ATTEMPTS: String(options.maxAttempts),
        RETENTION_DAYS: String(options.recordDays),
      },
      allowed: [
        readObjects(buckets.uploads, archivePrefixes(options)),
        listBucket(buckets.uploads),
        ...useKey(buckets.uploadsKeyArn, "kms:Decrypt"),
        // It reads what it wrote before a pause, and takes away what an attempt left that failed.
        readObjects(buckets.results, [""]),
        writeObjects(buckets.results, [""]),
        deleteObjects(buckets.results, [""]),
        listBucket(buckets.results),
        ...useKey(buckets.resultsKeyArn, "kms:Decrypt", "kms:GenerateDataKey"),
        jobs.records,
        uploads.sending,
        events.sending,
        webhooks.sending,
      ],
    });
    this.function.addEventSource(
      new SqsEventSource(uploads.queue, {
        batchSize: options.batchSize,
        // One bad message must not bring back the good ones of its batch.
        reportBatchItemFailures: true,
        maxConcurrency: options.converterConcurrency,
      }),
    );
  }
}

/** Where archives may lie: in the drop folder, where the API puts them, and where backfills may look. */
export function archivePrefixes({ inboxPrefix, backfillPrefix }: StackOptions): readonly string[] {
  const prefixes = [inboxPrefix, UPLOADS_PREFIX, backfillPrefix];
  return prefixes.filter((prefix, index) =>
    prefixes.every(
      (other, place) => place === index || !prefix.startsWith(other) || (prefix === other && index < place),
    ),
  );
}
