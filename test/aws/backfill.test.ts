import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { type AwsStack, STACK_OWNER, startAwsStack } from "../support/aws-stack.ts";
import { drainQueue } from "../support/event-source-mapping.ts";
import { callHttpApi } from "../support/http-api.ts";
import { deployFunction, type LambdaProcess } from "../support/lambda-process.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeS3Notification } from "../support/s3-notification.ts";
import { makeMessage } from "../support/synthetic-mail.ts";

const BATCH = 4;
const KEYS = ["inbox/łódź a+b.hu01", "inbox/100%.HU01", "inbox/🦉//c.hu01", "inbox/d.hu01", "inbox/e.hu01"];

/** Does what the state machine says: lists the prefix and calls the function with each batch. */
async function runMap(stack: AwsStack, announcer: LambdaProcess, input: Record<string, unknown>): Promise<unknown[]> {
  const { prefix, suffix, minBytes, maxBytes, since, until } = input;
  const command = new ListObjectsV2Command({ Bucket: stack.uploadsBucket, Prefix: String(prefix) });
  const { Contents = [] } = await stack.s3.client.send(command);
  const items = Contents.map(({ Key, Size, ETag, LastModified, StorageClass }) => {
    return { Etag: ETag, Key, LastModified: Number(LastModified) / 1000, Size, StorageClass };
  });
  const BatchInput = { bucket: stack.uploadsBucket, suffix, minBytes, maxBytes, since, until };
  const answers: unknown[] = [];
  for (let start = 0; start < items.length; start += BATCH) {
    answers.push(await announcer.invoke({ Items: items.slice(start, start + BATCH), BatchInput }));
  }
  return answers;
}

it("a backfill converts what was never announced, once, and what was converted before not again", async () => {
  await using stack = await startAwsStack();
  await using convert = await deployFunction("convert");
  await using api = await deployFunction("api");
  await using backfill = await deployFunction("backfill");
  await using converter = await convert.start(stack.environments.convert);
  await using service = await api.start(stack.environments.api);
  await using announcer = await backfill.start(stack.environments.backfill);
  for (const [seed, key] of KEYS.entries()) await stack.uploads.write(key, [makeArchive(makeMessage({ seed }))]);
  await stack.uploads.write("inbox/photo.jpg", [Buffer.from("no archive")]);
  const before = await stack.uploads.head("inbox/d.hu01");
  const body = before === null ? "" : makeS3Notification(stack.uploadsBucket, before);
  await converter.invoke({ Records: [{ messageId: "1", body }] });

  const started = await callHttpApi(service, {
    method: "POST",
    path: "/v1/backfills",
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ suffix: ".hu01" })),
  });
  expect(started.statusCode, started.body.toString()).toBe(202);
  const input = JSON.parse(String(stack.states.calls[0]?.input.input));
  const run = async () => {
    const counts = await runMap(stack, announcer, input);
    const queue = { client: stack.sqs.client, queueUrl: stack.queueUrl, batchSize: 10 };
    const deleted = await drainQueue(queue, [(event) => converter.invoke(event)]);
    return { counts, deleted, jobs: (await stack.jobs.list({ owner: STACK_OWNER, limit: 100 })).jobs };
  };
  const first = await run();
  expect(first.counts).toEqual([
    { seen: 4, announced: 3, filtered: 1, archived: 0, gone: 0 },
    { seen: 2, announced: 2, filtered: 0, archived: 0, gone: 0 },
  ]);
  expect(first.deleted).toBe(5);
  expect(first.jobs.map(({ source }) => source.key).sort()).toEqual(KEYS.toSorted());
  expect(new Set(first.jobs.map(({ status, attempt }) => `${status} ${attempt}`))).toEqual(new Set(["succeeded 1"]));
  const second = await run();
  expect(second.deleted).toBe(5);
  expect(second.jobs).toEqual(first.jobs);
}, 300_000);
