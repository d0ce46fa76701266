import type { JobStore } from "../../shared/job-store.ts";
import type { NoteStore } from "../../shared/note-store.ts";
import { TOOL_VERSION } from "../local/tool-version.ts";
import type { Log } from "../log.ts";
import { createDynamoClient } from "../stores/aws-clients.ts";
import { createDynamoJobStore } from "../stores/dynamo-job-store.ts";
import { createDynamoNoteStore } from "../stores/dynamo-note-store.ts";
import { tellOfEnds } from "../stores/tell-of-ends.ts";
import { createAwsLog } from "./aws-log.ts";
import { announcingCallbacks } from "./callback-queue.ts";
import { createEventBridgeClient } from "./clients.ts";
import { createJobEvents } from "./job-events.ts";
import { createJobMetrics, type JobMetrics } from "./job-metrics.ts";

interface HomeEnvironment {
  readonly POWERTOOLS_SERVICE_NAME: string;
  readonly POWERTOOLS_METRICS_NAMESPACE: string;
}

interface JobsEnvironment {
  readonly JOBS_TABLE: string;
  readonly RETENTION_DAYS: number;
}

/** What every function on AWS stands on. */
export interface AwsHome {
  readonly log: Log;
  readonly metrics: JobMetrics;
  readonly now: () => Date;
  readonly toolVersion: string;
}

/** Opens it; once for a process. */
export function openHome(environment: HomeEnvironment): AwsHome {
  const { POWERTOOLS_SERVICE_NAME: serviceName, POWERTOOLS_METRICS_NAMESPACE: namespace } = environment;
  return {
    log: createAwsLog(serviceName),
    metrics: createJobMetrics({ namespace, serviceName }),
    now: () => new Date(),
    toolVersion: TOOL_VERSION,
  };
}

/** The job records, for those who end no job. */
export function openJobs({ JOBS_TABLE: table, RETENTION_DAYS: retentionDays }: JobsEnvironment): JobStore {
  return createDynamoJobStore({ client: createDynamoClient(), table, retentionDays });
}

/** What the API keeps beside the jobs, in the same table. */
export function openNotes({ JOBS_TABLE: table }: JobsEnvironment): NoteStore {
  return createDynamoNoteStore({ client: createDynamoClient(), table, now: () => new Date() });
}

/** The job records, for those who end jobs: the ends are counted, told on the event bus and to whoever asked for it. */
export function openEndingJobs(
  environment: JobsEnvironment & { readonly EVENT_BUS_NAME: string; readonly CALLBACKS_QUEUE_URL: string },
  { log, metrics }: AwsHome,
): JobStore {
  const client = createEventBridgeClient();
  const onFault = () => metrics.eventNotSent();
  const tell = createJobEvents({ client, busName: environment.EVENT_BUS_NAME, log, onFault });
  const jobs = tellOfEnds(openJobs(environment), async (job) => {
    metrics.jobEnded(job);
    await tell(job);
  });
  return announcingCallbacks(jobs, environment, { log, metrics });
}

/** The same function; the metrics of each call are printed at its end, whether it succeeds or not. */
export function flushing<Inputs extends unknown[], Output>(
  { metrics }: AwsHome,
  act: (...inputs: Inputs) => Promise<Output>,
): (...inputs: Inputs) => Promise<Output> {
  return async (...inputs) => {
    try {
      return await act(...inputs);
    } finally {
      metrics.flush();
    }
  };
}
