import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse } from "aws-lambda";
import * as z from "zod";
import { type CallbackMessage, parseCallbackMessage } from "../api/webhooks/callback-message.ts";
import { createCallbackSecrets } from "../api/webhooks/callback-signature.ts";
import { createCallbackDelivery, deliveryFault } from "../api/webhooks/deliver-callback.ts";
import { createCallbackPoster } from "../api/webhooks/post-callback.ts";
import { PUBLIC_ONLY } from "../api/webhooks/public-address.ts";
import type { WebhooksEnvironment } from "../environment.ts";
import { createSqsClient } from "./clients.ts";
import { flushing, openHome, openJobs, openNotes } from "./home.ts";

const batchSchema = z.object({
  Records: z.array(z.object({ messageId: z.string(), receiptHandle: z.string(), body: z.string() })),
});
type Message = z.infer<typeof batchSchema>["Records"][number];

/** SQS counts in seconds, and lets a message wait for 12 hours at most. */
const MILLIS_PER_SECOND = 1000;
const MAX_DELAY_SECONDS = 43_200;

/**
 * Delivers the callbacks that a batch of queue messages asks for, all at once. A message whose time is later is hidden
 * for so long and named as failed, so that the queue keeps it; one that cannot be dealt with comes again until the
 * queue puts it to the dead letters.
 */
export function createCallbackSender(environment: WebhooksEnvironment): (event: unknown) => Promise<SQSBatchResponse> {
  const home = openHome(environment);
  const sqs = createSqsClient();
  const deliver = createCallbackDelivery({
    ...home,
    jobs: openJobs(environment),
    secretOf: createCallbackSecrets(openNotes(environment)),
    post: createCallbackPoster({ policy: PUBLIC_ONLY }),
    onGivenUp: () => home.metrics.callbackGivenUp(),
  });
  const hide = async ({ receiptHandle }: Message, delayMillis: number) => {
    const seconds = Math.min(Math.ceil(delayMillis / MILLIS_PER_SECOND), MAX_DELAY_SECONDS);
    const place = { QueueUrl: environment.CALLBACKS_QUEUE_URL, ReceiptHandle: receiptHandle };
    await sqs.send(new ChangeMessageVisibilityCommand({ ...place, VisibilityTimeout: seconds }));
  };
  const isDone = async (message: Message): Promise<boolean> => {
    const callback = parseCallbackMessage(message.body);
    if (callback === null) return fail("callback unreadable", { message: message.messageId });
    return await settle(callback, message);
  };
  const fail = (event: string, facts: Record<string, string>): false => {
    home.log.error(event, facts);
    return false;
  };
  const settle = async (callback: CallbackMessage, message: Message): Promise<boolean> => {
    try {
      const delivery = await deliver(callback);
      if (delivery.kind === "later") await hide(message, delivery.delayMillis);
      return delivery.kind === "done";
    } catch (error) {
      return fail("callback fault", { job: callback.jobId, code: deliveryFault(error) });
    }
  };
  return flushing(home, async (event) => {
    const { Records } = batchSchema.parse(event);
    const done = await Promise.all(Records.map(isDone));
    const failed = Records.filter((_, index) => done[index] !== true);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
}
