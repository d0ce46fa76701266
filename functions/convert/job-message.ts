import * as z from "zod";

/** What a message that we send ourselves begins with; no S3 event has it. */
const KIND = "hu01/job";

const schema = z.object({ kind: z.literal(KIND), jobId: z.string().min(1).max(64) });

/** The body of a queue message that asks for a job which has its record already to be run. */
export function createJobMessage(jobId: string): string {
  return JSON.stringify({ kind: KIND, jobId } satisfies z.infer<typeof schema>);
}

/** The job that a parsed message body asks for; null for any other message. */
export function parseJobMessage(body: unknown): string | null {
  return schema.safeParse(body).data?.jobId ?? null;
}
