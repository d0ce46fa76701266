export interface BackfillDefinitionProps {
  readonly partition: string;
  /** Announces one batch of objects. */
  readonly functionArn: string;
  readonly uploadsBucket: string;
  readonly resultsBucket: string;
  /** Batches at a time. */
  readonly maxConcurrency: number;
  /** Objects per batch, at most. */
  readonly batchSize: number;
}

/** How the children of the map are named after it. */
export const MAP_LABEL = "Objects";
/** Where the map writes what became of its batches, in the results bucket. */
export const RESULTS_PREFIX = "backfills/";

/** What a batch may weigh, as Step Functions counts; a listed object has some 300 bytes and at most 1 400. */
const MAX_BATCH_BYTES = 200_000;

/** What fails for a passing reason. */
const PASSING = [
  "Lambda.TooManyRequestsException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "States.TaskFailed",
  "States.Timeout",
];

/** What the execution is told of the objects that are wanted; absent fields let everything through. */
const FILTER = ["suffix", "minBytes", "maxBytes", "since", "until"];

/**
 * A backfill in Amazon States Language: lists a prefix of the bucket and announces its objects batch by batch. Input:
 * `prefix`, and optionally `suffix`, `minBytes`, `maxBytes`, `since`, `until`, `toleratedFailurePercentage`. The bucket
 * is the stack's, whatever the input says.
 */
export function createBackfillDefinition(props: BackfillDefinitionProps): Readonly<Record<string, unknown>> {
  return {
    Comment: "Announces the objects of a prefix to the converter",
    QueryLanguage: "JSONata",
    StartAt: "Each object",
    States: { "Each object": createMap(props) },
  };
}

function createMap(props: BackfillDefinitionProps) {
  const { partition, uploadsBucket, resultsBucket, maxConcurrency, batchSize } = props;
  return {
    Type: "Map",
    Label: MAP_LABEL,
    ItemReader: {
      Resource: `arn:${partition}:states:::s3:listObjectsV2`,
      Arguments: { Bucket: uploadsBucket, Prefix: "{% $states.input.prefix %}" },
    },
    ItemBatcher: {
      MaxItemsPerBatch: batchSize,
      MaxInputBytesPerBatch: MAX_BATCH_BYTES,
      BatchInput: {
        bucket: uploadsBucket,
        ...Object.fromEntries(FILTER.map((field) => [field, inputOr(field, "null")])),
      },
    },
    ItemProcessor: {
      // Express children cost a fortieth of standard ones, and a batch is done in seconds.
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
      StartAt: "Announce",
      States: { Announce: createTask(props) },
    },
    MaxConcurrency: maxConcurrency,
    ToleratedFailurePercentage: inputOr("toleratedFailurePercentage", "0"),
    ResultWriter: {
      Resource: `arn:${partition}:states:::s3:putObject`,
      Arguments: { Bucket: resultsBucket, Prefix: RESULTS_PREFIX.slice(0, -1) },
    },
    End: true,
  };
}

function createTask({ partition, functionArn }: BackfillDefinitionProps) {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Arguments: { FunctionName: functionArn, Payload: "{% $states.input %}" },
    Output: "{% $states.result.Payload %}",
    TimeoutSeconds: 90,
    Retry: [{ ErrorEquals: PASSING, IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3, JitterStrategy: "FULL" }],
    End: true,
  };
}

function inputOr(field: string, otherwise: string): string {
  return `{% $exists($states.input.${field}) ? $states.input.${field} : ${otherwise} %}`;
}
