import { describe, expect, it } from "vitest";
import { FUNCTION_NAMES } from "../../infra/bundle-options.ts";
import { flatten, type SynthesisedStack, synthStack, toStatements } from "../support/synth-stack.ts";

const stack = synthStack();
const [queueId, queue] = stack.only("AWS::SQS::Queue", "UploadsQueue");
const [deadId] = stack.only("AWS::SQS::Queue", "UploadsDeadLetters");

/** The queue's policy without its denials. */
function queueAllowances(view: SynthesisedStack) {
  return view
    .ofType("AWS::SQS::QueuePolicy")
    .filter(([, { Properties }]) => flatten((Properties.Queues as unknown[])[0]) === `<${queueId}>`)
    .flatMap(([, { Properties }]) => toStatements(Properties.PolicyDocument))
    .filter(({ Effect }) => Effect === "Allow");
}

describe("every object created under inbox/", () => {
  const [bucketId, bucket] = stack.only("AWS::S3::Bucket", "BucketsUploads");

  it("is told to the queue by the bucket", () => {
    const { QueueConfigurations } = bucket.Properties.NotificationConfiguration as {
      QueueConfigurations: { Event: string; Queue: unknown; Filter: { S3Key: { Rules: unknown[] } } }[];
    };
    const told = QueueConfigurations.map(({ Event, Queue, Filter }) => [Event, flatten(Queue), Filter.S3Key.Rules]);
    expect(told).toEqual([
      ["s3:ObjectCreated:*", `<${queueId}.Arn>`, [{ Name: "prefix", Value: "inbox/" }]],
      ["s3:ObjectCreated:*", `<${queueId}.Arn>`, [{ Name: "prefix", Value: "uploads/" }]],
    ]);
  });

  it("may be told: the queue takes messages of S3, from buckets of this stack in this account only", () => {
    const [allowance, ...others] = queueAllowances(stack);
    expect(others).toEqual([]);
    expect(allowance?.Principal).toEqual({ Service: "s3.amazonaws.com" });
    expect(allowance?.Action).toEqual(["sqs:SendMessage"]);
    expect(allowance?.Condition?.StringEquals?.["aws:SourceAccount"]).toEqual({ Ref: "AWS::AccountId" });
    expect(flatten(allowance?.Condition?.ArnLike?.["aws:SourceArn"])).toMatch(/:s3:::hu01-archive\*$/);
  });

  it("is not lost because the bucket was there before the queue's policy", () => {
    const [policyId] = stack.only("AWS::SQS::QueuePolicy", "UploadsQueue");
    expect(stack.resources[bucketId]?.DependsOn).toContain(policyId);
  });

  it("reaches the converter", () => {
    const [, mapping] = stack.only("AWS::Lambda::EventSourceMapping", "Converter");
    const [converterId] = stack.functionOf("convert");
    expect(flatten(mapping.Properties.EventSourceArn)).toBe(`<${queueId}.Arn>`);
    expect(flatten(mapping.Properties.FunctionName)).toBe(`<${converterId}>`);
    expect(stack.grantsOf("convert").some(({ Action }) => Action.includes("sqs:ReceiveMessage"))).toBe(true);
  });

  it("reaches it from a bucket that was there before, which is not changed", () => {
    const view = synthStack({ uploadsBucketName: "old-mail", inboxPrefix: "new/" });
    const [, rule] = view.only("AWS::Events::Rule", "UploadsCreated");
    expect(rule.Properties.EventPattern).toEqual({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: ["old-mail"] }, object: { key: [{ prefix: "new/" }, { prefix: "uploads/" }] } },
    });
    const [target] = rule.Properties.Targets as { Arn: unknown }[];
    expect(flatten(target?.Arn)).toBe(`<${queueId}.Arn>`);
    expect(queueAllowances(view).map(({ Principal }) => Principal)).toEqual([{ Service: "events.amazonaws.com" }]);
    expect(view.ofType("AWS::S3::Bucket").map(([id]) => id.replace(/[0-9A-F]{8}$/, ""))).toEqual([
      "BucketsAccessLogs",
      "BucketsResults",
    ]);
    expect(JSON.stringify(view.functionOf("convert")[1].Properties.Environment)).toContain(
      '"UPLOADS_BUCKET":"old-mail"',
    );
  });
});

describe("a message", () => {
  it("that failed ends in the dead-letter queue after five tries, or as many as are wanted", () => {
    expect(queue.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { "Fn::GetAtt": [deadId, "Arn"] },
      maxReceiveCount: 5,
    });
    const [, other] = synthStack({ maxReceives: 3 }).only("AWS::SQS::Queue", "UploadsQueue");
    expect(other.Properties.RedrivePolicy).toMatchObject({ maxReceiveCount: 3 });
  });

  it.each([60, 900])("stays invisible for six times as long as an invocation may take (%i s)", (seconds) => {
    const view = synthStack({ converterTimeoutSeconds: seconds });
    expect(view.functionOf("convert")[1].Properties.Timeout).toBe(seconds);
    expect(view.only("AWS::SQS::Queue", "UploadsQueue")[1].Properties.VisibilityTimeout).toBe(6 * seconds);
  });

  it("is kept for as long as SQS can, in every queue", () => {
    const kept = stack.ofType("AWS::SQS::Queue").map(([, { Properties }]) => Properties.MessageRetentionPeriod);
    expect(kept).toEqual(Array(4).fill(1_209_600));
  });

  it("that failed does not bring back the others of its batch, and batches are as large as wanted", () => {
    const [, mapping] = stack.only("AWS::Lambda::EventSourceMapping", "Converter");
    expect(mapping.Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
    expect(mapping.Properties.BatchSize).toBe(1);
    const [, other] = synthStack({ batchSize: 10 }).only("AWS::Lambda::EventSourceMapping", "Converter");
    expect(other.Properties.BatchSize).toBe(10);
  });

  it("cannot take the whole account's concurrency with its like", () => {
    const [, mapping] = stack.only("AWS::Lambda::EventSourceMapping", "Converter");
    expect(mapping.Properties.ScalingConfig).toEqual({ MaximumConcurrency: 20 });
  });
});

describe("the functions", () => {
  it.each(FUNCTION_NAMES)("%s runs on Node.js 24, arm64, with a log that ends", (name) => {
    const [, { Properties }] = stack.functionOf(name);
    expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Handler: "index.handler" });
    const { LogGroup } = Properties.LoggingConfig as { LogGroup: { Ref: string } };
    expect(stack.resources[LogGroup.Ref]?.Properties.RetentionInDays).toBe(30);
  });

  it("are all that there are: no helper of the CDK with roles of its own", () => {
    expect(stack.ofType("AWS::Lambda::Function")).toHaveLength(FUNCTION_NAMES.length);
    expect(Object.values(stack.resources).filter(({ Type }) => Type.startsWith("Custom::"))).toEqual([]);
  });

  it("may go on by messages to themselves where that is meant, and nowhere else", () => {
    const loops = FUNCTION_NAMES.map((name) => [name, stack.functionOf(name)[1].Properties.RecursiveLoop]);
    const ended = "Terminate";
    const others = { api: ended, sweep: ended, backfill: ended, webhooks: ended };
    expect(Object.fromEntries(loops)).toEqual({ convert: "Allow", ...others });
  });

  it("trace only when that is wanted", () => {
    const tracing = (view: SynthesisedStack) =>
      FUNCTION_NAMES.map((name) => view.functionOf(name)[1].Properties.TracingConfig);
    expect(tracing(stack)).toEqual(FUNCTION_NAMES.map(() => undefined));
    expect(tracing(synthStack({ tracing: true }))).toEqual(FUNCTION_NAMES.map(() => ({ Mode: "Active" })));
  });
});

describe("a job", () => {
  it("does not stay as it is for ever: a sweep looks every five minutes", () => {
    const [, rule] = stack.only("AWS::Events::Rule", "Sweep");
    const [sweepId] = stack.functionOf("sweep");
    expect(rule.Properties.ScheduleExpression).toBe("rate(5 minutes)");
    expect((rule.Properties.Targets as { Arn: unknown }[]).map(({ Arn }) => flatten(Arn))).toEqual([
      `<${sweepId}.Arn>`,
    ]);
    const callers = stack
      .ofType("AWS::Lambda::Permission")
      .filter(([, { Properties }]) => flatten(Properties.FunctionName) === `<${sweepId}.Arn>`);
    expect(callers.map(([, { Properties }]) => Properties.Principal)).toEqual(["events.amazonaws.com"]);
  });

  it("tells of its end on a bus of the stack, or on one that is there", () => {
    const bus = (view: SynthesisedStack) => {
      const { Variables } = view.functionOf("convert")[1].Properties.Environment as {
        Variables: Record<string, unknown>;
      };
      return flatten(Variables.EVENT_BUS_NAME);
    };
    expect(bus(stack)).toBe(`<${stack.only("AWS::Events::EventBus")[0]}>`);
    const shared = synthStack({ eventBusName: "default" });
    expect(bus(shared)).toBe("default");
    expect(shared.ofType("AWS::Events::EventBus")).toEqual([]);
  });
});

describe("a person", () => {
  const watched = (view: SynthesisedStack) =>
    view
      .ofType("AWS::CloudWatch::Alarm")
      .map(([, { Properties }]) => `${Properties.Namespace} ${Properties.MetricName}`);

  it("hears of dead letters, failures, waiting and throttles", () => {
    expect(watched(stack).sort()).toEqual([
      "AWS/ApiGateway 5xx",
      "AWS/Lambda Errors",
      "AWS/Lambda Errors",
      "AWS/Lambda Errors",
      "AWS/Lambda Throttles",
      "AWS/SQS ApproximateAgeOfOldestMessage",
      "AWS/SQS ApproximateNumberOfMessagesVisible",
      "AWS/SQS ApproximateNumberOfMessagesVisible",
      "hu01 CallbacksNotQueued",
      "hu01 EventsNotSent",
      "hu01 JobsFailed",
    ]);
    const [, dead] = stack.only("AWS::CloudWatch::Alarm", "AlarmsDeadLetters");
    expect(flatten((dead.Properties.Dimensions as { Value: unknown }[])[0]?.Value)).toBe(`<${deadId}.QueueName>`);
  });

  it.each([
    [{}, 0, undefined],
    [{ alarmEmail: "ops@example.com" }, 1, /^<AlarmsTopic/],
    [{ alarmTopicArn: "arn:aws:sns:eu-central-1:111122223333:ops" }, 0, /^arn:aws:sns:eu-central-1:111122223333:ops$/],
  ])("hears of them as %o says", (context, topics, action) => {
    const view = synthStack(context);
    expect(view.ofType("AWS::SNS::Topic")).toHaveLength(topics);
    for (const [, { Properties }] of view.ofType("AWS::CloudWatch::Alarm")) {
      const actions = (Properties.AlarmActions ?? []) as unknown[];
      expect(actions.length).toBe(action === undefined ? 0 : 1);
      if (action !== undefined) expect(flatten(actions[0])).toMatch(action);
    }
  });

  it("sees it all on one dashboard", () => {
    expect(stack.ofType("AWS::CloudWatch::Dashboard")).toHaveLength(1);
  });
});
