import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";

const CONFIG = {
  maxAttempts: 4,
  // Their answers are small and come at once; without this a lost connection would take the rest of the invocation.
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
};

/** A client of SQS; where it is and by which right comes from the environment. */
export function createSqsClient(): SQSClient {
  return new SQSClient(CONFIG);
}

/** A client of EventBridge, likewise. */
export function createEventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient(CONFIG);
}

/** A client of Step Functions, likewise. */
export function createSfnClient(): SFNClient {
  return new SFNClient(CONFIG);
}
