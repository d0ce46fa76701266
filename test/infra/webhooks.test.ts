import { describe, expect, it } from "vitest";
import { allows, flatten, synthStack } from "../support/synth-stack.ts";

const stack = synthStack();
const [queueId, queue] = stack.only("AWS::SQS::Queue", "WebhooksQueue");
const [deadId] = stack.only("AWS::SQS::Queue", "WebhooksDeadLetters");
const [table] = stack.only("AWS::DynamoDB::Table");
const grants = stack.grantsOf("webhooks");

describe("a callback on AWS", () => {
  it("waits in a queue of its own, and goes to dead letters of its own when it cannot be dealt with", () => {
    expect(queue.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { "Fn::GetAtt": [deadId, "Arn"] },
      maxReceiveCount: 50,
    });
    const alarms = stack.ofType("AWS::CloudWatch::Alarm").map(([, { Properties }]) => JSON.stringify(Properties));
    expect(alarms.some((alarm) => alarm.includes(`"${deadId}"`))).toBe(true);
  });

  it("stays hidden for six times as long as an attempt may take", () => {
    const [, { Properties }] = stack.functionOf("webhooks");
    expect(queue.Properties.VisibilityTimeout).toBe(6 * Number(Properties.Timeout));
  });

  it("that failed brings back no other of its batch", () => {
    const [, mapping] = stack.only("AWS::Lambda::EventSourceMapping", "Webhooks");
    expect(flatten(mapping.Properties.EventSourceArn)).toBe(`<${queueId}.Arn>`);
    expect(mapping.Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
  });

  it.each(["convert", "api", "sweep"] as const)("is sent by %s, which ends jobs", (name) => {
    expect(allows(stack.grantsOf(name), "sqs:SendMessage", `<${queueId}.Arn>`)).toBe(true);
    expect(allows(stack.grantsOf(name), "sqs:ReceiveMessage", `<${queueId}.Arn>`)).toBe(false);
  });
});

describe("the sender of callbacks", () => {
  it("takes messages of its queue and may let them wait", () => {
    for (const action of ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]) {
      expect(allows(grants, action, `<${queueId}.Arn>`)).toBe(true);
    }
  });

  it("reads and writes single records, and reaches no object, no key and no other queue", () => {
    expect(allows(grants, "dynamodb:GetItem", `<${table}.Arn>`)).toBe(true);
    expect(allows(grants, "dynamodb:PutItem", `<${table}.Arn>`)).toBe(true);
    const actions = grants.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(s3|kms|events|states):|Query|Scan|SendMessage/.test(action))).toEqual([]);
  });
});
