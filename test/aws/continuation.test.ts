import { expect, it } from "vitest";
import { type AwsStack, STACK_OWNER, startAwsStack } from "../support/aws-stack.ts";
import { countMessages, runRound, sendMessage } from "../support/event-source-mapping.ts";
import { type DeployedFunction, deployFunction } from "../support/lambda-process.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeS3Notification } from "../support/s3-notification.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { contentOf } from "../support/workplace.ts";

const MAILS = 2_000;
/** Enough for a part of the work, and soon for all of it, however busy the machine is. */
const FIRST_RUN_MILLIS = 1_000;
const GROWTH = 1.5;

/** Converts one archive with so much time for the first invocation and more for each further one. */
async function convertIn(stack: AwsStack, convert: DeployedFunction, firstMillis: number) {
  const archive = Array.from({ length: MAILS }, (_, seed) =>
    makeArchive(makeMessage({ seed, textBytes: 400 }), { stored: true }),
  );
  const facts = await stack.uploads.write("inbox/many.hu01", [Buffer.concat(archive)]);
  await sendMessage(stack.sqs.client, stack.queueUrl, makeS3Notification(stack.uploadsBucket, facts));
  let millis = firstMillis;
  let invocations = 0;
  for (;;) {
    await using converter = await convert.start(stack.environments.convert);
    const { received } = await runRound({ client: stack.sqs.client, queueUrl: stack.queueUrl }, (event) =>
      converter.invoke(event, millis),
    );
    if (received === 0) break;
    invocations += 1;
    millis *= GROWTH;
  }
  const { jobs } = await stack.jobs.list({ owner: STACK_OWNER, limit: 10 });
  return { invocations, jobs, results: await contentOf(stack.results, `${jobs[0]?.id}/`) };
}

it("a conversion that is longer than an invocation goes on in the next, to the same bytes", async () => {
  await using convert = await deployFunction("convert");
  await using whole = await startAwsStack();
  await using cut = await startAwsStack();
  const uninterrupted = await convertIn(whole, convert, 300_000);
  const continued = await convertIn(cut, convert, FIRST_RUN_MILLIS);
  expect(uninterrupted.invocations).toBe(1);
  expect(continued.invocations).toBeGreaterThan(1);
  for (const { jobs } of [uninterrupted, continued]) {
    expect(jobs).toMatchObject([{ status: "succeeded", progress: { items: { mail: MAILS } } }]);
  }
  expect([...continued.results.keys()].sort()).toEqual([...uninterrupted.results.keys()].sort());
  for (const [path, bytes] of uninterrupted.results) expect(continued.results.get(path) === bytes, path).toBe(true);
  expect(await countMessages(cut.sqs.client, cut.queueUrl)).toBe(0);
  expect(await countMessages(cut.sqs.client, cut.deadLetterUrl)).toBe(0);
  expect(cut.bus.calls).toHaveLength(1);
}, 600_000);
