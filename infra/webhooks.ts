import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Grant } from "./grants.ts";
import type { JobsTable } from "./jobs-table.ts";
import { createNodeFunction } from "./node-function.ts";
import type { StackOptions } from "./stack-options.ts";

/** Longest that SQS keeps a message; the last attempt comes within nine hours. */
const KEPT = Duration.days(14);
const MEMORY_MB = 256;
/** A batch is delivered all at once, and each attempt takes ten seconds at most. */
const TIMEOUT = Duration.seconds(30);
const BATCH_SIZE = 10;
const MAX_CONCURRENCY = 5;
/** What AWS asks for between the timeouts of a function and of its queue. */
const VISIBILITY_PER_TIMEOUT = 6;
/** Eight attempts, the looks at ends that are not stored yet (every 5 s, two minutes long), and room for faults. */
const MAX_RECEIVES = 50;

/** Tells those who want to know it that a job has ended: a queue, its dead letters, and what calls them. */
export class Webhooks extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: { readonly options: StackOptions; readonly jobs: JobsTable }) {
    super(scope, id);
    const { options, jobs } = props;
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: KEPT };
    this.deadLetters = new Queue(this, "DeadLetters", common);
    this.queue = new Queue(this, "Queue", {
      ...common,
      visibilityTimeout: Duration.seconds(VISIBILITY_PER_TIMEOUT * TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    this.function = createNodeFunction(this, "Function", {
      options,
      name: "webhooks",
      description: "Tells those who want to know it that a job has ended",
      memoryMb: MEMORY_MB,
      timeout: TIMEOUT,
      environment: {
        JOBS_TABLE: jobs.table.tableName,
        CALLBACKS_QUEUE_URL: this.queue.queueUrl,
        RETENTION_DAYS: String(options.recordDays),
      },
      // It may see neither archives nor results: what it tells is in the record. Hiding messages comes with the source.
      allowed: [jobs.records],
    });
    this.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: BATCH_SIZE,
        reportBatchItemFailures: true,
        maxConcurrency: MAX_CONCURRENCY,
      }),
    );
  }

  /** Putting messages into its queue. */
  get sending(): Grant {
    return { actions: ["sqs:SendMessage"], resources: [this.queue.queueArn] };
  }
}
