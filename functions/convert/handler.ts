import middy, { type MiddlewareObj } from "@middy/core";
import type { Context, SQSBatchResponse } from "aws-lambda";
import * as z from "zod";
import { ArchiveError, ERRORS, type ErrorCode, JobError } from "../../shared/errors.ts";
import { attemptsInVain, type Job } from "../../shared/job.ts";
import { isTerminal } from "../../shared/job-status.ts";
import type { Log } from "../log.ts";
import { mayPass, retrying } from "../retrying.ts";
import { acceptUpload } from "./accept-upload.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { createRunJob, type RunJob } from "./run-job.ts";
import type { RunJobDeps } from "./run-job-deps.ts";
import { type Notice, parseNotification } from "./s3-event.ts";

export interface HandlerDeps extends RunJobDeps {
  /** Whose jobs they become that are made from an event alone. */
  readonly owner: string;
  /** When set, events of other buckets are ignored. */
  readonly sourceBucket?: string;
  /** Sends a message (`createJobMessage`) for a job that needs another run. Without it, its own comes again. */
  readonly continueLater?: (jobId: string) => Promise<void>;
}

/** Takes an SQS batch of S3 event notifications; names the messages that are to be delivered again. */
export type Handler = (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<SQSBatchResponse>;

const batchSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });
type Batch = z.infer<typeof batchSchema>;
type Message = Batch["Records"][number];

/**
 * Makes the handler of S3 upload events that arrive through a queue. All jobs of a batch are made first, so that
 * they can be seen, and then run one after the other.
 *
 * A message is delivered again when something failed that may pass, when another worker holds its job (which may be
 * dead), and when it cannot be read: only repeated failure takes a message to the dead-letter queue. An input that
 * cannot be converted is a finished job and a message done.
 */
export function createHandler(deps: HandlerDeps): Handler {
  const runJob = createRunJob(deps);
  // middy's own early timeout would answer while the record still says "running"; see startDeadline.
  const handle = middy<Batch, SQSBatchResponse>({ timeoutEarlyInMillis: 0 })
    .use(readBatch())
    .use(logFault(deps.log))
    .handler(async (batch: Batch, context: Context) => {
      using deadline = startDeadline(context.getRemainingTimeInMillis());
      return await new BatchRun(deps, runJob, deadline).run(batch.Records);
    });
  return async (event, context) => await handle(event as Batch, context as Context);
}

/** @throws JobError events/unreadable for anything but an SQS batch: there is no message that could be named */
function readBatch(): MiddlewareObj<Batch, SQSBatchResponse> {
  return {
    before: (request) => {
      const batch = batchSchema.safeParse(request.event);
      if (!batch.success) throw new JobError("events/unreadable", "The event is not a batch of queue messages.");
      request.event = batch.data;
    },
  };
}

function logFault(log: Log): MiddlewareObj<Batch, SQSBatchResponse> {
  return {
    // Nothing may be returned here: middy would take it for the answer.
    onError: ({ error }) => {
      log.error("batch fault", { code: codeOf(error) });
    },
  };
}

/** One batch. Whatever goes wrong with a record is logged and remembered with its message. */
class BatchRun {
  readonly #deps: HandlerDeps;
  readonly #runJob: RunJob;
  readonly #deadline: Deadline;
  readonly #failed = new Set<string>();

  constructor(deps: HandlerDeps, runJob: RunJob, deadline: Deadline) {
    this.#deps = deps;
    this.#runJob = runJob;
    this.#deadline = deadline;
  }

  async run(messages: readonly Message[]): Promise<SQSBatchResponse> {
    const accepted: { messageId: string; jobId: string }[] = [];
    for (const { messageId, body } of messages) {
      for (const [record, notice] of parseNotification(body).entries()) {
        const jobId = await this.#guarded(messageId, () => this.#accept(notice, { message: messageId, record }));
        if (jobId !== null) accepted.push({ messageId, jobId });
      }
    }
    for (const { messageId, jobId } of accepted) await this.#guarded(messageId, () => this.#run(messageId, jobId));
    return { batchItemFailures: [...this.#failed].map((itemIdentifier) => ({ itemIdentifier })) };
  }

  async #accept(notice: Notice, place: { message: string; record: number }): Promise<string | null> {
    if (notice.kind === "unreadable") throw notice.error;
    const accepted = notice.kind === "created" ? await acceptUpload(this.#deps, notice.object) : notice;
    if (accepted.kind === "job") return accepted.jobId;
    this.#deps.log.info("event ignored", { ...place, reason: accepted.reason });
    return null;
  }

  async #run(messageId: string, jobId: string): Promise<void> {
    if (await this.#hasEnded(jobId)) return;
    const { signal, windDown } = this.#deadline;
    if (windDown.aborted) throw new JobError("jobs/out-of-time");
    const job = await this.#runJob(jobId, signal, undefined, windDown);
    if (await this.#isContinued(job)) return;
    if (job.status === "queued" || endedByPassingFault(job)) this.#failed.add(messageId);
  }

  /** A job that got further goes on at once, by a message of its own; what got nowhere waits for its next delivery. */
  async #isContinued(job: Job): Promise<boolean> {
    const { continueLater, log } = this.#deps;
    if (continueLater === undefined || job.status !== "queued" || attemptsInVain(job) > 0) return false;
    await continueLater(job.id);
    log.info("job left to another run", { job: job.id, attempt: job.attempt, sequence: job.checkpoint?.sequence ?? 0 });
    return true;
  }

  /** True also for a job that has been deleted: nothing is left to do. */
  async #hasEnded(jobId: string): Promise<boolean> {
    const job = await retrying(() => this.#deps.jobs.get(jobId));
    return job === null || isTerminal(job.status);
  }

  async #guarded<T>(messageId: string, act: () => Promise<T>): Promise<T | null> {
    try {
      return await act();
    } catch (error) {
      this.#deps.log.error("message fault", { message: messageId, code: codeOf(error) });
      if (isRedelivered(error)) this.#failed.add(messageId);
      return null;
    }
  }
}

function isRedelivered(error: unknown): boolean {
  return !(error instanceof ArchiveError) || mayPass(error) || error.code === "events/unreadable";
}

function endedByPassingFault({ status, error }: Job): boolean {
  return (
    status === "failed" && error !== null && Object.hasOwn(ERRORS, error.code) && ERRORS[error.code as ErrorCode].retry
  );
}

/** An unforeseen error is told by its class only: its message may quote the mail. */
function codeOf(error: unknown): string {
  if (error instanceof ArchiveError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
