import { onTestFinished } from "vitest";
import { type AwsClientOptions, createDynamoClient, createS3Client } from "../../functions/stores/aws-clients.ts";
import { createDynamoJobStore } from "../../functions/stores/dynamo-job-store.ts";
import { createS3ObjectStore } from "../../functions/stores/s3-object-store.ts";
import type { JobStore } from "../../shared/job-store.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { type DynamoEmulator, type S3Emulator, TEST_IDENTITY } from "./emulators.ts";
import { type NetworkFault, type SeenRequest, startFaultProxy } from "./fault-proxy.ts";

/** A store over a line on which things go wrong, and over a sound one. */
export interface BrokenLine<Store> {
  readonly store: Store;
  /** The same bucket or table, over a line without faults. */
  readonly sound: Store;
  /** What went over the broken line. */
  readonly seen: readonly SeenRequest[];
}

/** What goes wrong with a request. */
export type Plan<Store> = (request: SeenRequest, sound: Store) => NetworkFault | Promise<NetworkFault>;

type LineOptions = Pick<AwsClientOptions, "maxAttempts" | "idleTimeoutMillis">;

/** An empty S3 store behind a proxy that does what the plan says; all of it gone after the test. */
export async function breakS3Line(
  s3: S3Emulator,
  plan: Plan<ObjectStore>,
  options: LineOptions = {},
): Promise<BrokenLine<ObjectStore>> {
  const bucket = await s3.makeBucket();
  const sound = createS3ObjectStore({ client: s3.client, bucket });
  const proxy = await startFaultProxy(s3.endpoint, (request) => plan(request, sound));
  const client = createS3Client({ endpoint: proxy.endpoint, ...TEST_IDENTITY, ...options });
  onTestFinished(async () => {
    client.destroy();
    await proxy[Symbol.asyncDispose]();
  });
  return { store: createS3ObjectStore({ client, bucket }), sound, seen: proxy.seen };
}

/** An empty DynamoDB store behind a proxy that does what the plan says; all of it gone after the test. */
export async function breakDynamoLine(
  dynamo: DynamoEmulator,
  plan: Plan<JobStore>,
  options: LineOptions = {},
): Promise<BrokenLine<JobStore>> {
  const table = await dynamo.makeJobsTable();
  const sound = createDynamoJobStore({ client: dynamo.client, table });
  const proxy = await startFaultProxy(dynamo.endpoint, (request) => plan(request, sound));
  const client = createDynamoClient({ endpoint: proxy.endpoint, ...TEST_IDENTITY, ...options });
  onTestFinished(async () => {
    client.destroy();
    await proxy[Symbol.asyncDispose]();
  });
  return { store: createDynamoJobStore({ client, table }), sound, seen: proxy.seen };
}
