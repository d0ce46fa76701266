import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Job } from "../../shared/job.ts";
import type { JobStatus } from "../../shared/job-status.ts";
import type { Log } from "../log.ts";

/** Who sends these events. */
const SOURCE = "hu01.archive";

const DETAIL_TYPES: Partial<Readonly<Record<JobStatus, string>>> = {
  succeeded: "Job Succeeded",
  succeeded_with_errors: "Job SucceededWithErrors",
  failed: "Job Failed",
  canceled: "Job Canceled",
};

export interface JobEventsOptions {
  readonly client: EventBridgeClient;
  readonly busName: string;
  readonly log: Log;
  /** Told of each event that could not be sent. */
  readonly onFault: () => void;
}

/**
 * Makes what tells an EventBridge bus of jobs that have ended, by ids, codes and counts.
 *
 * Each end is told at most once, and nearly always: not when the process dies right after it stored the end, or when
 * the bus refuses. A fault is logged and never rises: the job has ended all the same, and its record says so.
 */
export function createJobEvents({ client, busName, log, onFault }: JobEventsOptions): (job: Job) => Promise<void> {
  return async (job) => {
    const detailType = DETAIL_TYPES[job.status];
    if (detailType === undefined) return;
    const entry = {
      Source: SOURCE,
      DetailType: detailType,
      Detail: JSON.stringify(detailOf(job)),
      EventBusName: busName,
    };
    try {
      const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      const code = Entries?.[0]?.ErrorCode;
      if (code === undefined) return;
      log.error("event not sent", { job: job.id, reason: code });
    } catch (error) {
      log.error("event not sent", { job: job.id, reason: error instanceof Error ? error.name : "unknown" });
    }
    onFault();
  };
}

/** No owner, no key, no file name. */
function detailOf({ id, status, attempt, progress, error, createdAt, startedAt, finishedAt }: Job) {
  return { jobId: id, status, attempt, progress, errorCode: error?.code ?? null, createdAt, startedAt, finishedAt };
}
