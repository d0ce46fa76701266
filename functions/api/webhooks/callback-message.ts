import * as z from "zod";
import type { Job } from "../../../shared/job.ts";

const KIND = "hu01/callback";

const schema = z.object({
  kind: z.literal(KIND),
  jobId: z.string().min(1).max(64),
  /** The end that is to be told; a job that is tried again has another one later. */
  finishedAt: z.iso.datetime(),
});

/** What a queue of callbacks holds: the end of a job. */
export type CallbackMessage = z.infer<typeof schema>;

/**
 * The message for a job that is about to be stored as ended; null when nobody wants to know.
 *
 * @returns text of less than 200 bytes, the same for the same end
 */
export function createCallbackMessage({ id, finishedAt, callback }: Job): string | null {
  if (finishedAt === null || callback?.state !== "pending") return null;
  return JSON.stringify({ kind: KIND, jobId: id, finishedAt } satisfies CallbackMessage);
}

/** The message in a queue's text; null for anything else. */
export function parseCallbackMessage(text: string): CallbackMessage | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
