import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";

/** Calls a function with a batch, as Lambda does. */
export type Invoke = (event: unknown) => Promise<unknown>;

export interface MappingOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly batchSize?: number;
}

/** What a round did with the messages that it received. */
export interface Round {
  readonly received: number;
  readonly deleted: number;
}

const answerSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/**
 * One round of what Lambda's event source mapping does: receive a batch, invoke, delete every message that the answer
 * does not name. What is left can be received again at once, where AWS would let the visibility timeout pass.
 */
export async function runRound({ client, queueUrl, batchSize = 1 }: MappingOptions, invoke: Invoke): Promise<Round> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize,
      MessageSystemAttributeNames: ["All"],
    }),
  );
  if (Messages.length === 0) return { received: 0, deleted: 0 };
  const failed = await failedOf(Messages, invoke);
  const done = Messages.filter(({ MessageId }) => !failed.has(MessageId ?? ""));
  if (done.length > 0) {
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
  for (const { MessageId, ReceiptHandle } of Messages) {
    if (!failed.has(MessageId ?? "")) continue;
    const place = { QueueUrl: queueUrl, ReceiptHandle };
    await client.send(new ChangeMessageVisibilityCommand({ ...place, VisibilityTimeout: 0 }));
  }
  return { received: Messages.length, deleted: done.length };
}

/** Rounds, several at a time, until the queue gives nothing more. @returns how many messages were deleted */
export async function drainQueue(options: MappingOptions, invokes: readonly Invoke[]): Promise<number> {
  const drain = async (invoke: Invoke): Promise<number> => {
    let deleted = 0;
    for (;;) {
      const round = await runRound(options, invoke);
      if (round.received === 0) return deleted;
      deleted += round.deleted;
    }
  };
  const counts = await Promise.all(invokes.map(drain));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Messages in a queue, hidden ones too. */
export async function countMessages(client: SQSClient, queueUrl: string): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] });
  const { Attributes = {} } = await client.send(command);
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** Puts a message into a queue. */
export async function sendMessage(client: SQSClient, queueUrl: string, body: string): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

/** All of them when the function throws, dies or answers something else. */
async function failedOf(messages: readonly Message[], invoke: Invoke): Promise<ReadonlySet<string>> {
  try {
    const { batchItemFailures } = answerSchema.parse(await invoke({ Records: messages.map(toRecord) }));
    return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  } catch {
    return new Set(messages.map(({ MessageId }) => MessageId ?? ""));
  }
}

function toRecord({ MessageId, ReceiptHandle, Body, Attributes, MD5OfBody }: Message): object {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:123456789012:uploads",
    awsRegion: "us-east-1",
  };
}
