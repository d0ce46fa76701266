import type { SQSBatchResponse } from "aws-lambda";
import type { RunJobDeps } from "./run-job.ts";

export interface HandlerDeps extends RunJobDeps {
  /** Whose jobs they become that are made from an event alone. */
  readonly owner: string;
  /** When set, events of other buckets are ignored. */
  readonly sourceBucket?: string;
}

export type Handler = (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<SQSBatchResponse>;

/** Makes the handler of S3 upload events that arrive through a queue. */
export function createHandler(_deps: HandlerDeps): Handler {
  throw new Error("not written yet");
}
