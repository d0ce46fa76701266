// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";

const size = z.int().min(0).optional();
const instant = z.iso.datetime({ offset: true }).optional();

/** Which of the objects that lie in the uploads bucket are to be converted. */
export const backfillRequestSchema = z
  .strictObject({
    prefix: z.string().max(1024).default("inbox/").openapi({ description: "How the key begins." }),
    suffix: z.string().max(100).optional().openapi({ description: "How the key ends, in upper or lower case." }),
    minBytes: size,
    maxBytes: size,
    since: instant.openapi({ description: "Changed at that time or later." }),
    until: instant.openapi({ description: "Changed before that time." }),
    toleratedFailurePercentage: z
      .int()
      .min(0)
      .max(100)
      .default(0)
      .openapi({ description: "How many of the objects may fail to be announced before the rest is given up." }),
  })
  .openapi("BackfillRequest");

export type BackfillRequest = z.infer<typeof backfillRequestSchema>;

const count = z.int().min(0);

export const backfillSchema = z
  .object({
    id: z.string(),
    status: z.enum(["running", "succeeded", "failed", "canceled"]),
    request: backfillRequestSchema,
    /** Of those that begin with the prefix; null until they have been listed. Announced ones become jobs. */
    objects: z.object({ total: count, done: count, failed: count }).nullable(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    links: z.object({ self: z.string() }),
  })
  .openapi("Backfill");

/** How far a backfill is. It has succeeded once everything is announced; the jobs take their own time. */
export type BackfillView = z.infer<typeof backfillSchema>;

/** A backfill as its home knows it. */
export type Backfill = Omit<BackfillView, "links">;

export const backfillParamsSchema = z.object({ id: z.uuid() });
