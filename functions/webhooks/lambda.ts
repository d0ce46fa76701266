import { createCallbackSender } from "../aws/webhooks.ts";
import { readWebhooksEnvironment } from "../environment.ts";

/** Tells those who want to know it that a job has ended. */
export const handler = createCallbackSender(readWebhooksEnvironment());
