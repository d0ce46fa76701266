import type { ObjectFacts } from "../../shared/object-store.ts";

/** A Lambda context with so much time left. */
export function timeLeft(millis = 600_000): { getRemainingTimeInMillis(): number } {
  return { getRemainingTimeInMillis: () => millis };
}

/** An SQS batch of these bodies; the messages are called m0, m1, m2 … */
export function makeBatch(...bodies: readonly string[]): unknown {
  const Records = bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: "r",
    attributes: { ApproximateReceiveCount: "1" },
    eventSource: "aws:sqs",
    body,
  }));
  return { Records };
}

/** One record of an S3 notification for an object that was created. */
export function makeRecord({ key, size, etag }: ObjectFacts, changes: Record<string, unknown> = {}): object {
  const object = { key: encodeURIComponent(key).replaceAll("%20", "+"), size, eTag: etag, sequencer: "0A", ...changes };
  const s3 = { s3SchemaVersion: "1.0", bucket: { name: "in" }, object };
  return { eventVersion: "2.6", eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3 };
}

/** The body of a message with these records. */
export function makeBody(...records: readonly object[]): string {
  return JSON.stringify({ Records: records });
}
