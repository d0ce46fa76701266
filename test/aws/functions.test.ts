import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJobMessage } from "../../functions/convert/job-message.ts";
import type { Job } from "../../shared/job.ts";
import { type AwsStack, MAX_RECEIVES, STACK_OWNER, startAwsStack } from "../support/aws-stack.ts";
import { countMessages, drainQueue, runRound, sendMessage } from "../support/event-source-mapping.ts";
import { NO_FAULT, startFaultProxy } from "../support/fault-proxy.ts";
import { callHttpApi, signedBy } from "../support/http-api.ts";
import { type DeployedFunction, deployFunction, type LambdaProcess } from "../support/lambda-process.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeS3Notification } from "../support/s3-notification.ts";
import { makeMessage } from "../support/synthetic-mail.ts";

const MESSAGE = makeMessage({ seed: 7, subject: "Tea" });
const ARCHIVE = makeArchive(MESSAGE);
const DONE = { batchItemFailures: [] };

let convert: DeployedFunction;
let api: DeployedFunction;
let sweep: DeployedFunction;

beforeAll(async () => {
  [convert, api, sweep] = await Promise.all([
    deployFunction("convert"),
    deployFunction("api"),
    deployFunction("sweep"),
  ]);
}, 120_000);
afterAll(async () => {
  for (const deployed of [convert, api, sweep]) await deployed?.[Symbol.asyncDispose]();
});

/** Puts an object into the drop folder and its notification into the queue, as S3 does. */
async function drop(stack: AwsStack, key: string, content: Uint8Array): Promise<string> {
  const facts = await stack.uploads.write(key, [content]);
  const body = makeS3Notification(stack.uploadsBucket, facts);
  await sendMessage(stack.sqs.client, stack.queueUrl, body);
  return body;
}

const queueOf = ({ sqs, queueUrl }: AwsStack, batchSize = 1) => ({ client: sqs.client, queueUrl, batchSize });
const batchOf = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, eventSource: "aws:sqs", body })),
});
const jobsOf = async ({ jobs }: AwsStack): Promise<readonly Job[]> =>
  (await jobs.list({ owner: STACK_OWNER, limit: 1000 })).jobs;
const invokeOf = (lambda: LambdaProcess) => (event: unknown) => lambda.invoke(event);

describe("the bundled converter and API", () => {
  it.each(["inbox/łódź a+b.hu01", "inbox/a%2Bb/🦉//c.hu01"])(
    "turn the object %j into a job and its files",
    async (key) => {
      await using stack = await startAwsStack();
      await using converter = await convert.start(stack.environments.convert);
      await using service = await api.start(stack.environments.api);
      await drop(stack, key, ARCHIVE);
      expect(await drainQueue(queueOf(stack), [invokeOf(converter)]), converter.printed).toBe(1);

      const list = (await callHttpApi(service, { path: "/v1/jobs" })).json();
      const filename = key.slice(key.lastIndexOf("/") + 1);
      expect(list).toMatchObject({
        jobs: [{ status: "succeeded", attempt: 1, source: { filename, size: ARCHIVE.length } }],
      });
      const [job] = (list as { jobs: { id: string; links: { files: string } }[] }).jobs;
      const { files } = (await callHttpApi(service, { path: job?.links.files ?? "" })).json() as {
        files: { url: string; mediaType: string }[];
      };
      const mail = files.find(({ mediaType }) => mediaType === "message/rfc822");
      const link = await callHttpApi(service, { path: mail?.url ?? "" });
      expect(link).toMatchObject({ statusCode: 302 });
      const served = await fetch(link.headers.location ?? "");
      expect(served.headers.get("content-type")).toBe("message/rfc822");
      // fauxqs does not know these parameters; S3 answers with the headers that they name.
      const asked = new URL(link.headers.location ?? "").searchParams;
      expect(asked.get("response-content-disposition")).toMatch(/^attachment; filename=/u);
      expect(asked.get("response-content-type")).toBe("message/rfc822");
      expect(Buffer.from(await served.arrayBuffer()).equals(MESSAGE)).toBe(true);
      expect(stack.bus.calls).toMatchObject([
        { action: "PutEvents", input: { Entries: [{ Source: "hu01.archive", DetailType: "Job Succeeded" }] } },
      ]);
    },
  );

  it("show a job to its owner only, whatever the name of the session", async () => {
    await using stack = await startAwsStack();
    await using service = await api.start(stack.environments.api);
    const body = ARCHIVE;
    const stored = await callHttpApi(service, {
      method: "POST",
      path: "/v1/jobs?filename=a.hu01",
      body,
      authorizer: signedBy("berta"),
    });
    expect(stored.statusCode, stored.body.toString()).toBe(202);
    const path = stored.headers.location ?? "";
    const asked = async (authorizer?: object) =>
      (await callHttpApi(service, { path, ...(authorizer === undefined ? {} : { authorizer }) })).statusCode;
    expect(await asked(signedBy("berta", "another session"))).toBe(200);
    expect(await asked(signedBy("anna", "berta"))).toBe(404);
    expect(await asked({ jwt: { claims: { sub: "berta" } } })).toBe(404);
    const root = { jwt: { claims: { sub: "root", scope: "openid hu01/admin" } } };
    expect(await asked(root)).toBe(200);
    const everybodys = { path: "/v1/jobs?owner=all&status=queued" };
    expect((await callHttpApi(service, { ...everybodys, authorizer: root })).json()).toMatchObject({
      jobs: [{ owner: "arn:aws:iam::123456789012:role/berta" }],
    });
    const refused = await callHttpApi(service, everybodys);
    expect([refused.statusCode, refused.headers["ratelimit-policy"]]).toEqual([403, '"owner";q=600;w=60']);
    expect(await asked({})).toBe(401);
    expect(await (await callHttpApi(service, { path: "/v1/jobs", authorizer: signedBy("anna") })).json()).toMatchObject(
      { jobs: [] },
    );
  });

  it("convert what comes through the API, and refuse there what does not fit into one request", async () => {
    await using stack = await startAwsStack();
    await using converter = await convert.start(stack.environments.convert);
    await using service = await api.start(stack.environments.api);
    const post = (body: Uint8Array) => callHttpApi(service, { method: "POST", path: "/v1/jobs?filename=a.hu01", body });
    const stored = await post(ARCHIVE);
    const { id } = stored.json() as { id: string };
    const facts = await stack.uploads.head(`uploads/${id}/a.hu01`);
    const body = facts === null ? "" : makeS3Notification(stack.uploadsBucket, facts);
    expect(await converter.invoke(batchOf(body))).toEqual(DONE);
    expect((await callHttpApi(service, { path: `/v1/jobs/${id}` })).json()).toMatchObject({ status: "succeeded" });
    const refused = await post(new Uint8Array(4 * 1024 ** 2 + 1));
    expect(refused.json()).toMatchObject({ status: 413, code: "api/payload-too-large" });
    expect((refused.json() as { detail: string }).detail).toContain("PUT the file to upload.url");
  });

  it("change nothing when the same event comes a thousand times", async () => {
    await using stack = await startAwsStack();
    await using converter = await convert.start(stack.environments.convert);
    const body = await drop(stack, "inbox/a.hu01", ARCHIVE);
    expect(await converter.invoke(batchOf(body))).toEqual(DONE);
    const before = await jobsOf(stack);
    for (let batch = 0; batch < 10; batch += 1) {
      expect(await converter.invoke(batchOf(...new Array<string>(100).fill(body)))).toEqual(DONE);
    }
    expect(await jobsOf(stack)).toEqual(before);
    expect(before).toMatchObject([{ status: "succeeded", attempt: 1 }]);
    expect(stack.bus.calls).toHaveLength(1);
  });

  it("have one of two workers win a job, and the other leave its message", async () => {
    await using stack = await startAwsStack();
    await using first = await convert.start(stack.environments.convert);
    await using second = await convert.start(stack.environments.convert);
    for (let round = 0; round < 10; round += 1) {
      const facts = await stack.uploads.write(`inbox/${round}.hu01`, [ARCHIVE, makeMessage({ seed: round })]);
      const event = batchOf(makeS3Notification(stack.uploadsBucket, facts));
      const answers = await Promise.all([first.invoke(event), second.invoke(event)]);
      expect(answers).toContainEqual(DONE);
    }
    const jobs = await jobsOf(stack);
    expect(jobs).toHaveLength(10);
    expect(jobs.every(({ attempt, finishedAt }) => attempt === 1 && finishedAt !== null)).toBe(true);
    expect(stack.bus.calls).toHaveLength(10);
  });
});

describe("a message that cannot be done", () => {
  it("ends in the dead-letter queue after so many tries, and holds up no other", async () => {
    await using stack = await startAwsStack();
    await using converter = await convert.start(stack.environments.convert);
    await sendMessage(stack.sqs.client, stack.queueUrl, "not an event");
    await drop(stack, "inbox/good.hu01", ARCHIVE);
    let invocations = 0;
    const invoke = (event: unknown) => {
      invocations += 1;
      return converter.invoke(event);
    };
    expect(await drainQueue(queueOf(stack), [invoke])).toBe(1);
    expect(invocations).toBe(MAX_RECEIVES + 1);
    expect(await countMessages(stack.sqs.client, stack.queueUrl)).toBe(0);
    expect(await countMessages(stack.sqs.client, stack.deadLetterUrl)).toBe(1);
    expect(await jobsOf(stack)).toMatchObject([{ status: "succeeded" }]);
  });

  it("ends there too when its file kills every worker, and the sweep fails the job that is left", async () => {
    await using stack = await startAwsStack();
    let worker: LambdaProcess | null = null;
    await using proxy = await startFaultProxy(stack.s3.endpoint, async ({ operation, url }) => {
      if (operation === "GetObject" && url.includes("poison")) await worker?.[Symbol.asyncDispose]();
      return NO_FAULT;
    });
    const environment = { ...stack.environments.convert, AWS_ENDPOINT_URL_S3: proxy.endpoint };
    await drop(stack, "inbox/poison.hu01", ARCHIVE);
    const invoke = async (event: unknown) => {
      await using started = await convert.start(environment);
      worker = started;
      return await started.invoke(event);
    };
    for (let begun = 0; begun < MAX_RECEIVES; begun += 1) {
      expect(await runRound(queueOf(stack), invoke)).toEqual({ received: 1, deleted: 0 });
      const [job] = await jobsOf(stack);
      expect(job).toMatchObject({ status: "running", attempt: begun + 1 });
      await letLeaseRunOut(stack, job as Job);
    }
    expect(await runRound(queueOf(stack), invoke)).toEqual({ received: 0, deleted: 0 });
    expect(await countMessages(stack.sqs.client, stack.deadLetterUrl)).toBe(1);

    await using sweeper = await sweep.start(stack.environments.sweep);
    expect(await sweeper.invoke({ source: "aws.scheduler" })).toMatchObject({ failed: 1, isComplete: true });
    expect(await jobsOf(stack)).toMatchObject([{ status: "failed", error: { code: "jobs/abandoned" } }]);
    expect(stack.bus.calls).toMatchObject([{ input: { Entries: [{ DetailType: "Job Failed" }] } }]);
  });
});

describe("the bundled sweep", () => {
  it("releases the job of a dead worker, whose message is lost, and the converter takes it up", async () => {
    await using stack = await startAwsStack();
    await using converter = await convert.start(stack.environments.convert);
    await using sweeper = await sweep.start(stack.environments.sweep);
    const facts = await stack.uploads.write("inbox/a.hu01", [ARCHIVE]);
    const held = batchOf(makeS3Notification(stack.uploadsBucket, facts));
    await using doomed = await convert.start(stack.environments.convert);
    const died = doomed.invoke(held).catch(() => "died");
    while ((await jobsOf(stack))[0]?.status !== "running") await sleep(1);
    await doomed[Symbol.asyncDispose]();
    if ((await died) !== "died") return;
    const [job] = await jobsOf(stack);
    await letLeaseRunOut(stack, job as Job);
    expect(await sweeper.invoke({})).toMatchObject({ released: 1 });
    expect(await drainQueue(queueOf(stack), [invokeOf(converter)])).toBe(1);
    expect(await jobsOf(stack)).toMatchObject([{ id: job?.id, status: "succeeded", attempt: 2 }]);
    expect(await converter.invoke(batchOf(createJobMessage(job?.id ?? "")))).toEqual(DONE);
  });
});

/** What a minute of silence does. */
async function letLeaseRunOut({ jobs }: AwsStack, job: Job): Promise<void> {
  const lease = { worker: job.lease?.worker ?? "", expiresAt: "2026-01-01T00:00:00.000Z" };
  expect(await jobs.update({ ...job, version: job.version + 1, lease })).toBe(true);
}
