import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { Job } from "../../shared/job.ts";
import { type AwsStack, STACK_OWNER, startAwsStack } from "./aws-stack.ts";
import { countMessages, drainQueue } from "./event-source-mapping.ts";
import type { DeployedFunction, LambdaProcess } from "./lambda-process.ts";
import { makeArchive } from "./make-archive.ts";
import { makeS3Notification } from "./s3-notification.ts";
import { makeMessage } from "./synthetic-mail.ts";

export interface AnnouncementOptions {
  readonly converter: DeployedFunction;
  readonly objects: number;
  /** Execution environments at a time. */
  readonly workers: number;
  readonly batchSize: number;
}

/** What became of many small objects that were dropped at once. */
export interface AnnouncementFigures {
  readonly announcedSeconds: number;
  readonly convertedSeconds: number;
  /** Messages in all: S3 may send one twice, and here it does so with every twentieth. */
  readonly messages: number;
  readonly jobs: number;
  readonly succeeded: number;
  /** Jobs that were begun more than once. */
  readonly repeated: number;
  /** Messages of mail in the results. */
  readonly mails: number;
  /** Events about ends. */
  readonly events: number;
  readonly leftInQueue: number;
  readonly deadLetters: number;
}

/** Drops the objects, announces all of them while the workers are at it, and counts what comes out. */
export async function announceMany(options: AnnouncementOptions): Promise<AnnouncementFigures> {
  await using stack = await startAwsStack();
  const bodies = await dropAll(stack, options.objects);
  const workers = await Promise.all(
    Array.from({ length: options.workers }, () => options.converter.start(stack.environments.convert)),
  );
  const begun = performance.now();
  await sendAll(stack, bodies);
  const announced = performance.now();
  await drainQueue(
    { client: stack.sqs.client, queueUrl: stack.queueUrl, batchSize: options.batchSize },
    workers.map((worker: LambdaProcess) => (event) => worker.invoke(event)),
  );
  const converted = performance.now();
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  return {
    announcedSeconds: (announced - begun) / 1000,
    convertedSeconds: (converted - begun) / 1000,
    messages: bodies.length,
    ...(await countOutcome(stack)),
    leftInQueue: await countMessages(stack.sqs.client, stack.queueUrl),
    deadLetters: await countMessages(stack.sqs.client, stack.deadLetterUrl),
  };
}

async function dropAll(stack: AwsStack, objects: number): Promise<string[]> {
  const bodies: string[] = [];
  for (let index = 0; index < objects; index += 1) {
    const archive = makeArchive(makeMessage({ seed: index, textBytes: 300 }), { stored: true });
    const facts = await stack.uploads.write(`inbox/${index}.hu01`, [archive]);
    const body = makeS3Notification(stack.uploadsBucket, facts);
    bodies.push(...(index % 20 === 0 ? [body, body] : [body]));
  }
  return bodies;
}

async function sendAll({ sqs, queueUrl }: AwsStack, bodies: readonly string[]): Promise<void> {
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies.slice(start, start + 10).map((body, index) => ({ Id: String(index), MessageBody: body }));
    await sqs.client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}

async function countOutcome(stack: AwsStack) {
  const jobs: Job[] = [];
  let cursor: string | null = null;
  do {
    const after: { cursor?: string } = cursor === null ? {} : { cursor };
    const page = await stack.jobs.list({ owner: STACK_OWNER, limit: 200, ...after });
    jobs.push(...page.jobs);
    cursor = page.cursor;
  } while (cursor !== null);
  let mails = 0;
  for await (const { key } of stack.results.list("")) mails += key.endsWith(".eml") ? 1 : 0;
  return {
    jobs: jobs.length,
    succeeded: jobs.filter(({ status }) => status === "succeeded").length,
    repeated: jobs.filter(({ attempt }) => attempt > 1).length,
    mails,
    events: stack.bus.calls.length,
  };
}
