import { afterAll, beforeAll, expect, it } from "vitest";
import type { JobView } from "../../functions/api/jobs/job-contract.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { startAwsStack } from "../support/aws-stack.ts";
import { drainQueue, sendMessage } from "../support/event-source-mapping.ts";
import { callHttpApi } from "../support/http-api.ts";
import { type DeployedFunction, deployFunction } from "../support/lambda-process.ts";
import { makeArchive } from "../support/make-archive.ts";
import { readZip } from "../support/read-zip.ts";
import { makeS3Notification } from "../support/s3-notification.ts";
import { makeMessage } from "../support/synthetic-mail.ts";

let convert: DeployedFunction;
let api: DeployedFunction;

beforeAll(async () => {
  [convert, api] = await Promise.all([deployFunction("convert"), deployFunction("api")]);
}, 120_000);
afterAll(async () => {
  for (const deployed of [convert, api]) await deployed?.[Symbol.asyncDispose]();
});

/** One message, whose second block is damaged. */
function damagedArchive(): Uint8Array {
  const archive = makeArchive(makeMessage({ seed: 7, textBytes: 3_000 }), { blockBytes: 1_000, stored: true });
  archive[40 + 1_020 + 500] = (archive[40 + 1_020 + 500] ?? 0) ^ 1;
  return archive;
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  return keys;
}

it("the bundled functions do a job again, give its downloads, and delete it without a trace", async () => {
  await using stack = await startAwsStack();
  await using converter = await convert.start(stack.environments.convert);
  await using service = await api.start(stack.environments.api);
  const call = async (method: string, path: string) => await callHttpApi(service, { method, path });
  const work = () =>
    drainQueue({ client: stack.sqs.client, queueUrl: stack.queueUrl }, [(event) => converter.invoke(event)]);

  const sent = await callHttpApi(service, { method: "POST", path: "/v1/jobs?filename=a.hu01", body: damagedArchive() });
  const job = sent.json() as JobView;
  const [key = ""] = await keysOf(stack.uploads);
  const facts = await stack.uploads.head(key);
  if (facts !== null)
    await sendMessage(stack.sqs.client, stack.queueUrl, makeS3Notification(stack.uploadsBucket, facts));
  await work();
  expect((await call("GET", job.links.self)).json()).toMatchObject({ status: "succeeded_with_errors" });

  const retried = await call("POST", `${job.links.self}/retry`);
  expect(retried.statusCode, retried.body.toString()).toBe(202);
  const again = retried.json() as JobView;
  expect(again).toMatchObject({ retryOf: job.id, retriedItems: 1, status: "queued" });
  await work();
  expect((await call("GET", again.links.self)).json()).toMatchObject({ status: "succeeded_with_errors", attempt: 1 });

  const zip = await call("GET", again.links.archive);
  expect(zip.headers["content-type"]).toBe("application/zip");
  const names = (await readZip(zip.body)).map(({ name }) => `${again.id}/${name}`);
  expect(names).toEqual((await keysOf(stack.results)).filter((name) => name.startsWith(again.id)));
  const errors = await call("GET", `${again.links.errors}?format=csv`);
  expect(errors.body.toString()).toMatch(/^severity,code,.*\r\nerror,hu01\//);
  expect((await call("GET", again.links.report)).statusCode).toBe(302);

  expect((await call("DELETE", again.links.self)).statusCode).toBe(204);
  expect(await keysOf(stack.uploads)).toEqual([key]);
  expect((await call("DELETE", job.links.self)).statusCode).toBe(204);
  expect([...(await keysOf(stack.uploads)), ...(await keysOf(stack.results))]).toEqual([]);
  for (const { id } of [job, again]) expect(await stack.jobs.get(id)).toBeNull();
});
