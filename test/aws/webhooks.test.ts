import { describe, expect, it } from "vitest";
import { createCallbackMessage } from "../../functions/api/webhooks/callback-message.ts";
import { claimJob, createJob, finishJob, type Job } from "../../shared/job.ts";
import { newCallback } from "../../shared/job-callback.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { type AwsStack, startAwsStack } from "../support/aws-stack.ts";
import { countMessages, runRound, sendMessage } from "../support/event-source-mapping.ts";
import { callHttpApi } from "../support/http-api.ts";
import { deployFunction } from "../support/lambda-process.ts";
import { startReceiver } from "../support/receiver.ts";

const source = { key: "uploads/1/secret-name", filename: "secret-name.hu01", size: 10, etag: "e" };

async function addJob(stack: AwsStack, url: string, owner = "arn:aws:iam::123456789012:role/archivist"): Promise<Job> {
  const callback = newCallback(url);
  const facts = { id: "job-1", owner, status: "queued", source, options: DEFAULT_OPTIONS, callback } as const;
  const job = createJob(facts, new Date());
  await stack.jobs.create(job);
  return job;
}

describe("callbacks on AWS", () => {
  it("are put into their queue by the API when it ends a job", async () => {
    await using stack = await startAwsStack();
    await using deployed = await deployFunction("api");
    await using api = await deployed.start(stack.environments.api);
    await addJob(stack, "https://receiver.example/");
    const answer = await callHttpApi(api, { method: "POST", path: "/v1/jobs/job-1/cancel" });
    expect(answer.statusCode).toBe(202);
    expect(await countMessages(stack.sqs.client, stack.callbacksUrl)).toBe(1);
  }, 60_000);

  it("call nobody inside of the network; the attempt is written down, and the message waits in the queue", async () => {
    await using stack = await startAwsStack();
    await using receiver = await startReceiver((response) => void response.writeHead(200).end());
    await using deployed = await deployFunction("webhooks");
    await using sender = await deployed.start(stack.environments.webhooks);
    // A record as somebody could only have made it past the API.
    const queued = await addJob(stack, `https://127.0.0.1:${receiver.port}/`);
    const running = claimJob(queued, { worker: "w", leaseMillis: 1000 }, new Date());
    const ended = finishJob(running, { status: "succeeded" }, running.progress, new Date());
    await stack.jobs.update(running);
    await stack.jobs.update(ended);
    const place = { client: stack.sqs.client, queueUrl: stack.callbacksUrl, batchSize: 10 };
    await sendMessage(stack.sqs.client, stack.callbacksUrl, createCallbackMessage(ended) ?? "");
    await sendMessage(stack.sqs.client, stack.callbacksUrl, "no callback");
    expect(await runRound(place, (event) => sender.invoke(event))).toEqual({ received: 2, deleted: 0 });
    expect(receiver.received).toEqual([]);
    expect((await stack.jobs.get("job-1"))?.callback).toMatchObject({
      state: "pending",
      attempts: [{ httpStatus: null, errorCode: "callbacks/address-refused" }],
    });
    expect(sender.printed).not.toMatch(/secret-name|archivist/);
  }, 60_000);

  it("whose job is gone leave the queue", async () => {
    await using stack = await startAwsStack();
    await using deployed = await deployFunction("webhooks");
    await using sender = await deployed.start(stack.environments.webhooks);
    const message = { kind: "hu01/callback", jobId: "gone", finishedAt: new Date().toISOString() };
    await sendMessage(stack.sqs.client, stack.callbacksUrl, JSON.stringify(message));
    const place = { client: stack.sqs.client, queueUrl: stack.callbacksUrl };
    expect(await runRound(place, (event) => sender.invoke(event))).toEqual({ received: 1, deleted: 1 });
  }, 60_000);
});
