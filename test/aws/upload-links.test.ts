import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UploadView } from "../../functions/api/uploads/upload-contract.ts";
import { startAwsStack } from "../support/aws-stack.ts";
import { drainQueue, sendMessage } from "../support/event-source-mapping.ts";
import { callHttpApi } from "../support/http-api.ts";
import { type DeployedFunction, deployFunction } from "../support/lambda-process.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeS3Notification } from "../support/s3-notification.ts";
import { makeMessage } from "../support/synthetic-mail.ts";

const ARCHIVE = makeArchive(makeMessage({ seed: 7, subject: "Tea" }));

let convert: DeployedFunction;
let api: DeployedFunction;

beforeAll(async () => {
  [convert, api] = await Promise.all([deployFunction("convert"), deployFunction("api")]);
}, 120_000);
afterAll(async () => {
  for (const deployed of [convert, api]) await deployed?.[Symbol.asyncDispose]();
});

describe("the bundled API", () => {
  it("gives a link to the bucket, whose event queues the job, and says so where a body is too large", async () => {
    await using stack = await startAwsStack();
    await using converter = await convert.start(stack.environments.convert);
    await using service = await api.start(stack.environments.api);
    const post = (body: Uint8Array, headers: Record<string, string>) =>
      callHttpApi(service, { method: "POST", path: "/v1/jobs", headers, body });
    const refused = await post(new Uint8Array(4 * 1024 ** 2 + 1), { "content-type": "application/octet-stream" });
    expect([refused.statusCode, refused.json()]).toMatchObject([
      413,
      { code: "api/payload-too-large", detail: expect.stringContaining("Content-Type application/json") },
    ]);

    const sha256 = createHash("sha256").update(ARCHIVE).digest("hex");
    const json = Buffer.from(JSON.stringify({ filename: "a.hu01", size: ARCHIVE.length, sha256 }));
    const headers = { "content-type": "application/json", "idempotency-key": "once" };
    const [first, again] = [await post(json, headers), await post(json, headers)];
    expect([first.statusCode, again.body.toString()]).toEqual([201, first.body.toString()]);
    const { id, upload } = first.json() as { id: string; upload: UploadView };
    const sent = await fetch(upload.url ?? "", {
      method: "PUT",
      headers: upload.headers,
      body: new Uint8Array(ARCHIVE),
    });
    expect(sent.status).toBe(200);

    const facts = await stack.uploads.head(`uploads/${id}/a.hu01`);
    if (facts === null) throw new Error("nothing came");
    await sendMessage(stack.sqs.client, stack.queueUrl, makeS3Notification(stack.uploadsBucket, facts));
    const queue = { client: stack.sqs.client, queueUrl: stack.queueUrl, batchSize: 1 };
    await drainQueue(queue, [(event: unknown) => converter.invoke(event)]);
    expect((await callHttpApi(service, { path: `/v1/jobs/${id}` })).json()).toMatchObject({ status: "succeeded" });
  });
});
