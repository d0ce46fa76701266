import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Buckets } from "./buckets.ts";
import { type Grant, toStatement } from "./grants.ts";
import { type StackOptions, UPLOADS_PREFIX } from "./stack-options.ts";

/** Longest that SQS keeps a message. */
const KEPT = Duration.days(14);
/** What AWS asks for, so that no message comes back while its invocation, with the tries of the poller, is under way. */
const VISIBILITY_PER_TIMEOUT = 6;
/** What CloudFormation certainly keeps of a stack's name at the front of the names that it makes. */
const NAME_CHARACTERS = 20;

/** What has been created in the uploads bucket, on its way to the converter, and what could not be dealt with. */
export class UploadsQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: { readonly options: StackOptions; readonly buckets: Buckets }) {
    super(scope, id);
    const { options, buckets } = props;
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: KEPT };
    this.deadLetters = new Queue(this, "DeadLetters", common);
    this.queue = new Queue(this, "Queue", {
      ...common,
      visibilityTimeout: Duration.seconds(VISIBILITY_PER_TIMEOUT * options.converterTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: options.maxReceives },
    });
    const prefixes = [options.inboxPrefix, UPLOADS_PREFIX];
    if (buckets.ownUploads === null) this.#takeEvents(buckets.uploads.bucketName, prefixes);
    else this.#takeNotifications(buckets.ownUploads, prefixes);
  }

  /** Putting messages into it. */
  get sending(): Grant {
    return { actions: ["sqs:SendMessage"], resources: [this.queue.queueArn] };
  }

  /**
   * The bucket of the stack notifies the queue directly. CDK's own way adds a function that may change any bucket of
   * the account; this way the bucket needs the queue's policy first, so the policy cannot name the bucket: it names
   * the account, and how the names of this stack's buckets begin.
   */
  #takeNotifications(bucket: Bucket, prefixes: readonly string[]): void {
    const stack = Stack.of(this);
    const start = stack.stackName.toLowerCase().slice(0, NAME_CHARACTERS);
    const resource = `${start}*`;
    const buckets = stack.formatArn({
      service: "s3",
      region: "",
      account: "",
      resource,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    const conditions = { StringEquals: { "aws:SourceAccount": stack.account }, ArnLike: { "aws:SourceArn": buckets } };
    this.queue.addToResourcePolicy(
      toStatement({ ...this.sending, conditions }, new ServicePrincipal("s3.amazonaws.com")),
    );
    const resourceOf = bucket.node.defaultChild;
    if (!(resourceOf instanceof CfnBucket)) throw new Error("The uploads bucket is no bucket of this stack.");
    resourceOf.notificationConfiguration = {
      queueConfigurations: prefixes.map((prefix) => ({
        event: "s3:ObjectCreated:*",
        queue: this.queue.queueArn,
        filter: { s3Key: { rules: [{ name: "prefix", value: prefix }] } },
      })),
    };
    // S3 tries the queue when it takes the configuration.
    bucket.node.addDependency(this.queue.node.findChild("Policy"));
  }

  /** A bucket that was there before may have notifications that are not ours to replace: EventBridge leaves them alone. */
  #takeEvents(bucketName: string, prefixes: readonly string[]): void {
    new Rule(this, "Created", {
      description: "What is created in the bucket of archives goes to the converter",
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: { bucket: { name: [bucketName] }, object: { key: prefixes.map((prefix) => ({ prefix })) } },
      },
      targets: [new SqsQueue(this.queue)],
    });
  }
}
