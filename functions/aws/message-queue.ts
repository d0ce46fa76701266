import { setTimeout } from "node:timers/promises";
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { StoreError } from "../../shared/errors.ts";

/** What SQS takes in one call. */
const MAX_MESSAGES = 10;
const MAX_BATCH_BYTES = 256 * 1024;
const MAX_TRIES = 5;
const PAUSE_MILLIS = 100;

/** Puts messages into a queue. */
export interface MessageQueue {
  /**
   * Resolves once all messages are in the queue; those that were refused are sent again some times.
   *
   * @throws StoreError stores/write-failed; some of the messages may be in the queue
   */
  send(bodies: readonly string[]): Promise<void>;
}

/** A queue of SQS. */
export function createMessageQueue(client: SQSClient, queueUrl: string): MessageQueue {
  const sendSome = async (bodies: readonly string[]): Promise<readonly string[]> => {
    const entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
    try {
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
      return Failed.map(({ Id }) => bodies[Number(Id)] as string);
    } catch (cause) {
      throw new StoreError("stores/write-failed", "The queue takes no messages.", { cause });
    }
  };
  return {
    send: async (bodies) => {
      for (const batch of toBatches(bodies)) await sendAll(batch, sendSome);
    },
  };
}

async function sendAll(
  bodies: readonly string[],
  send: (bodies: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  let left = await send(bodies);
  for (let tries = 1; left.length > 0; tries += 1) {
    if (tries === MAX_TRIES) {
      const message = `The queue refused ${left.length} of ${bodies.length} messages.`;
      throw new StoreError("stores/write-failed", message, { details: { refused: left.length } });
    }
    await setTimeout(PAUSE_MILLIS * 2 ** tries);
    left = await send(left);
  }
}

function* toBatches(bodies: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const body of bodies) {
    const bodyBytes = Buffer.byteLength(body);
    if (batch.length === MAX_MESSAGES || (batch.length > 0 && bytes + bodyBytes > MAX_BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(body);
    bytes += bodyBytes;
  }
  if (batch.length > 0) yield batch;
}
