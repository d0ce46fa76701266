import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Job } from "../../shared/job.ts";
import type { JobStatus } from "../../shared/job-status.ts";

/** The metric that counts the jobs that end in a state; alarms name these. */
const ENDS: Partial<Readonly<Record<JobStatus, string>>> = {
  succeeded: "JobsSucceeded",
  succeeded_with_errors: "JobsSucceededWithErrors",
  failed: "JobsFailed",
  canceled: "JobsCanceled",
  expired: "JobsExpired",
};

/** Figures for CloudWatch, in its embedded metric format on standard output. Numbers only, never whose. */
export interface JobMetrics {
  /** A job has ended: its state, bytes read, items, gaps and duration. */
  jobEnded(job: Job): void;
  /** An object of results was written. */
  bytesWritten(bytes: number): void;
  /** An event about a job's end could not be sent. */
  eventNotSent(): void;
  /** It could not be put down who wants to know of a job's end. */
  callbackNotQueued(): void;
  /** Somebody who wanted to know of a job's end did not take the message, however often it was brought. */
  callbackGivenUp(): void;
  /** Prints what has been added since the last time; to be called before an invocation ends. */
  flush(): void;
}

/** Metrics with the service's name as their one dimension. */
export function createJobMetrics({ namespace, serviceName }: { namespace: string; serviceName: string }): JobMetrics {
  const metrics = new Metrics({ namespace, serviceName });
  let bytesWritten = 0;
  return {
    jobEnded: (job) => addJob(metrics, job),
    bytesWritten: (bytes) => {
      bytesWritten += bytes;
    },
    eventNotSent: () => void metrics.addMetric("EventsNotSent", MetricUnit.Count, 1),
    callbackNotQueued: () => void metrics.addMetric("CallbacksNotQueued", MetricUnit.Count, 1),
    callbackGivenUp: () => void metrics.addMetric("CallbacksGivenUp", MetricUnit.Count, 1),
    flush: () => {
      // One value for an invocation: a value for each of 50 000 files would be as many log lines.
      if (bytesWritten > 0) metrics.addMetric("BytesWritten", MetricUnit.Bytes, bytesWritten);
      bytesWritten = 0;
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

function addJob(metrics: Metrics, { status, progress, startedAt, finishedAt }: Job): void {
  const { bytesRead, blocks, items } = progress;
  const seen = items.mail + items.calendar + items.contact + items.raw + items.duplicates + items.skipped;
  metrics.addMetric(ENDS[status] ?? "JobsEnded", MetricUnit.Count, 1);
  metrics.addMetric("BytesRead", MetricUnit.Bytes, bytesRead);
  metrics.addMetric("Items", MetricUnit.Count, seen);
  metrics.addMetric("ItemsSkipped", MetricUnit.Count, items.skipped);
  metrics.addMetric("Gaps", MetricUnit.Count, blocks.bad);
  if (startedAt === null || finishedAt === null) return;
  metrics.addMetric("JobDuration", MetricUnit.Milliseconds, Date.parse(finishedAt) - Date.parse(startedAt));
}
