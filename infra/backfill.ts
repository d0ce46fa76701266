import { Aws, Duration, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { DefinitionBody, LogLevel, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { createBackfillDefinition, MAP_LABEL, RESULTS_PREFIX } from "./backfill-definition.ts";
import type { Buckets } from "./buckets.ts";
import { archivePrefixes } from "./converter.ts";
import { type Grant, grant, listBucket, readObjects, useKey, writeObjects } from "./grants.ts";
import { createLogGroup, createNodeFunction } from "./node-function.ts";
import type { StackOptions } from "./stack-options.ts";
import type { UploadsQueue } from "./uploads-queue.ts";

export interface BackfillProps {
  readonly options: StackOptions;
  readonly buckets: Buckets;
  readonly uploads: UploadsQueue;
}

const MEMORY_MB = 512;
/** A batch of 1 000 objects takes some 10 s. An express child of the map may take five minutes in all. */
const TIMEOUT = Duration.seconds(60);
const LONGEST = Duration.days(1);
const NAMES = "Executions are named when they begin; none of another state machine is meant.";

/** Announces what is in the uploads bucket already: a Distributed Map over the listing of a prefix. */
export class Backfill extends Construct {
  readonly function: NodejsFunction;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: BackfillProps) {
    super(scope, id);
    const { options, buckets } = props;
    this.function = this.#createFunction(props);
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
    const { functionArn } = this.function;
    const definition = createBackfillDefinition({
      partition: Aws.PARTITION,
      functionArn,
      uploadsBucket: buckets.uploads.bucketName,
      resultsBucket: buckets.results.bucketName,
      maxConcurrency: options.backfillConcurrency,
      batchSize: options.backfillBatchSize,
    });
    this.stateMachine = new StateMachine(this, "StateMachine", {
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
      role,
      timeout: LONGEST,
      tracingEnabled: options.tracing,
      logs: { destination: createLogGroup(this, "Log", options), level: LogLevel.ALL, includeExecutionData: false },
    });
    grant(role, "Allowed", mapGrants(props, functionArn));
    this.#allowChildren(role);
    acknowledgeFindings(role, this.stateMachine, options);
  }

  /** Starting a backfill and looking at it. */
  get starting(): readonly Grant[] {
    const { stateMachineArn } = this.stateMachine;
    return [
      { actions: ["states:StartExecution"], resources: [stateMachineArn] },
      {
        actions: ["states:DescribeExecution", "states:ListMapRuns"],
        resources: [this.#arn("execution", ":*")],
        wildcardReason: NAMES,
      },
      { actions: ["states:DescribeMapRun"], resources: [this.#arn("mapRun", "/*")], wildcardReason: NAMES },
    ];
  }

  #createFunction({ options, buckets, uploads }: BackfillProps): NodejsFunction {
    return createNodeFunction(this, "Function", {
      options,
      name: "backfill",
      description: "Announces a batch of objects that are in the bucket already",
      memoryMb: MEMORY_MB,
      timeout: TIMEOUT,
      environment: { UPLOADS_QUEUE_URL: uploads.queue.queueUrl },
      allowed: [
        uploads.sending,
        // Only to see which version is there; it has no leave to use the key that it is encrypted with.
        readObjects(buckets.uploads, archivePrefixes(options)),
        listBucket(buckets.uploads),
      ],
    });
  }

  /** A map starts its children as executions of its own state machine, which has to exist before it can be named. */
  #allowChildren(role: Role): void {
    const children = {
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: [this.#arn("execution", `/${MAP_LABEL}:*`)],
      wildcardReason: NAMES,
    };
    const starting = { actions: ["states:StartExecution"], resources: [this.stateMachine.stateMachineArn] };
    grant(role, "Children", [starting, children], this);
  }

  #arn(resource: "execution" | "mapRun", rest: string): string {
    const name = this.stateMachine.stateMachineName;
    return `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}:${name}${rest}`;
  }
}

function mapGrants({ options, buckets }: BackfillProps, functionArn: string): readonly Grant[] {
  const { backfillPrefix } = options;
  const within = backfillPrefix === "" ? {} : { conditions: { StringLike: { "s3:prefix": `${backfillPrefix}*` } } };
  return [
    { ...listBucket(buckets.uploads), ...within },
    { actions: ["lambda:InvokeFunction"], resources: [functionArn] },
    // The result writer puts its files together from parts, and looks at what it wrote.
    readObjects(buckets.results, [RESULTS_PREFIX]),
    writeObjects(buckets.results, [RESULTS_PREFIX]),
    ...useKey(buckets.resultsKeyArn, "kms:Decrypt", "kms:GenerateDataKey"),
  ];
}

function acknowledgeFindings(role: Role, stateMachine: StateMachine, { tracing }: StackOptions): void {
  const reason = "Step Functions delivers logs, and X-Ray takes traces, by actions that know no resources.";
  acknowledge(role, "AwsSolutions-IAM5[Resource::*]", reason);
  if (!tracing) acknowledge(stateMachine, "AwsSolutions-SF2", "Traces cost money; whoever wants them sets tracing.");
}
