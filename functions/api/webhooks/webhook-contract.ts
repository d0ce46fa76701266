// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";
import { jobSchema } from "../../../shared/job.ts";
import { jobCallbackSchema } from "../../../shared/job-callback.ts";

/** What a new job may say: who is to be told of its end. A query parameter, or a field of a JSON body. */
export const callbackUrlField = z.string().min(1).max(2048).optional().openapi({
  description:
    "An https address that is told when the job has ended; see webhooks. Public hosts only, on port 443 or from 1024 on.",
});

/** How the delivery of a job's callback goes; null when the job has none. */
export const callbackViewSchema = jobCallbackSchema.nullable();

/** What proves that a callback comes from this service. */
export const webhookSecretSchema = z
  .object({
    secret: z.string().openapi({ description: "Key of the HMAC, as ASCII text. Keep it from others." }),
    header: z.literal("hu01-signature"),
    algorithm: z.literal("HMAC-SHA256"),
    toleranceSeconds: z.int().openapi({ description: "Refuse messages whose t is further from your clock than this." }),
  })
  .openapi("WebhookSecret");

const { id, status, attempt, progress, createdAt, startedAt, finishedAt } = jobSchema.shape;

/** What a callback tells: ids, codes and counts only. */
export const callbackBodySchema = z
  .object({
    id: z.string().openapi({ description: "Of the message, the same at every attempt to deliver it." }),
    type: z.literal("job.ended"),
    job: z.object({
      ...{ id, status, attempt, progress, createdAt, startedAt, finishedAt },
      errorCode: z.string().nullable(),
    }),
  })
  .openapi("JobEnded");

export type CallbackBody = z.infer<typeof callbackBodySchema>;
