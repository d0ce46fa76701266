import { afterAll, beforeAll, expect, it } from "vitest";
import { type AwsStack, startAwsStack } from "../support/aws-stack.ts";
import { drainQueue, sendMessage } from "../support/event-source-mapping.ts";
import { callHttpApi } from "../support/http-api.ts";
import { type DeployedFunction, deployFunction } from "../support/lambda-process.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeS3Notification } from "../support/s3-notification.ts";

/** Words that stand nowhere else; whatever prints one of them has told what it must not. */
const CANARIES = [
  "subjectcanary",
  "bodycanary",
  "addresscanary",
  "namecanary",
  "keycanary",
  "cardcanary",
  "querycanary",
];

const MESSAGE = [
  "From: addresscanary@example.org",
  "Subject: subjectcanary",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "",
  "bodycanary",
  "--b",
  "Content-Type: text/vcard",
  "",
  "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:cardcanary\r\nEND:VCARD",
  "--b--",
  "",
].join("\r\n");

const deployed: Record<string, DeployedFunction> = {};

beforeAll(async () => {
  for (const name of ["convert", "api", "sweep", "backfill"] as const) deployed[name] = await deployFunction(name);
}, 120_000);
afterAll(async () => {
  for (const one of Object.values(deployed)) await one[Symbol.asyncDispose]();
});

async function drop(stack: AwsStack, key: string, content: Uint8Array): Promise<void> {
  const facts = await stack.uploads.write(key, [content]);
  await sendMessage(stack.sqs.client, stack.queueUrl, makeS3Notification(stack.uploadsBucket, facts));
}

const start = (stack: AwsStack, name: "convert" | "api" | "sweep" | "backfill") =>
  (deployed[name] as DeployedFunction).start(stack.environments[name]);

it("no function prints or sends a word of a person's mail, file or request", async () => {
  await using stack = await startAwsStack();
  await using converter = await start(stack, "convert");
  await using service = await start(stack, "api");
  await using sweeper = await start(stack, "sweep");
  await using announcer = await start(stack, "backfill");
  const archive = makeArchive(Buffer.from(MESSAGE), { blockBytes: 150, stored: true });
  const damaged = Uint8Array.from(archive);
  damaged[300] = (damaged[300] ?? 0) ^ 0xff;

  await drop(stack, "inbox/keycanary/namecanary.hu01", archive);
  await drop(stack, "inbox/keycanary/namecanary-damaged.hu01", damaged);
  await drop(stack, "inbox/keycanary/namecanary.jpg", Buffer.from(`namecanary ${MESSAGE.slice(30)}\0\0`));
  await drop(stack, "inbox/keycanary/namecanary-gone.hu01", archive);
  await stack.uploads.delete("inbox/keycanary/namecanary-gone.hu01");
  await sendMessage(stack.sqs.client, stack.queueUrl, MESSAGE);
  const tolerant = (event: unknown) => converter.invoke(event);
  expect(await drainQueue({ client: stack.sqs.client, queueUrl: stack.queueUrl }, [tolerant])).toBe(4);
  await expect(converter.invoke({ Records: [{ body: MESSAGE }] })).rejects.toThrow();

  const call = (path: string, init: object = {}) => callHttpApi(service, { path, ...init });
  const stored = await call("/v1/jobs?filename=namecanary.hu01", { method: "POST", body: archive });
  expect(stored.statusCode).toBe(202);
  const answers = [
    await call("/v1/jobs?status=querycanary"),
    await call("/v1/jobs/querycanary/files/namecanary.eml"),
    await call("/v1/jobs?filename=namecanary.hu01", { method: "POST", body: Buffer.alloc(0) }),
    await call("/v1/querycanary", { method: "PUT", headers: { "x-word": "querycanary" } }),
  ];
  expect(answers.every(({ statusCode }) => statusCode >= 400 && statusCode < 500)).toBe(true);
  expect(await call("/healthz", { body: Buffer.from("querycanary") })).toMatchObject({ statusCode: 200 });
  await sweeper.invoke({ detail: "bodycanary" });
  const item = { Key: "inbox/keycanary/namecanary.hu01", Size: archive.length, LastModified: 1_767_323_045 };
  await announcer.invoke({ Items: [item], BatchInput: { bucket: stack.uploadsBucket } });
  await expect(announcer.invoke({ Items: [{ Key: "keycanary" }], BatchInput: {} })).rejects.toThrow();

  const printed = [converter, service, sweeper, announcer].map((lambda) => lambda.printed);
  expect(printed.every((text) => text.includes('"timestamp"'))).toBe(true);
  expect(stack.bus.calls).toHaveLength(4);
  const told = (printed.join("\n") + JSON.stringify(stack.bus.calls)).toLowerCase();
  expect(CANARIES.filter((canary) => told.includes(canary))).toEqual([]);

  const [log] = printed;
  expect(log).toMatch(/"correlation_id":"[0-9a-f-]{36}"/u);
  const metrics = (log ?? "").split("\n").filter((line) => line.includes('"_aws"'));
  for (const name of ["JobsSucceeded", "JobsFailed", "BytesRead", "BytesWritten", "Items", "Gaps", "JobDuration"]) {
    expect(metrics.join(), name).toContain(`"${name}"`);
  }
});
