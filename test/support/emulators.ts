import type { AddressInfo } from "node:net";
import { CreateTableCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, type QueueAttributeName, SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { createDynamoClient, createS3Client } from "../../functions/stores/aws-clients.ts";
import { JOBS_TABLE } from "../../functions/stores/jobs-table-schema.ts";
import { sortListingsAsS3 } from "./fauxqs-order.ts";

/** Who asks and where, for every client of an emulator: it must be there, and nobody looks at it. */
export const TEST_IDENTITY = {
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
} as const;

/** A server of AWS's protocol in this process, on a free port of this machine, empty at first. */
interface Emulator<Client> extends AsyncDisposable {
  /** Like `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  /** Speaks to it with the settings of production. */
  readonly client: Client;
  /** What a child process needs to speak to it: AWS_ENDPOINT_URL_*, AWS_REGION and keys. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops the server and closes the client; what it held is gone. */
  stop(): Promise<void>;
}

/** S3 by fauxqs. It knows no versions, no conditional put, no signatures; holds all in memory; bodies up to 11 MiB. */
export interface S3Emulator extends Emulator<S3Client> {
  /** Makes an empty bucket and gives back its name; without one given, a name that was never there before. */
  makeBucket(name?: string): Promise<string>;
}

/** DynamoDB by dynalite. It knows no transactions and removes nothing by time to live. */
export interface DynamoEmulator extends Emulator<DynamoDBDocumentClient> {
  /** Makes an empty table like that of the jobs and gives back its name. */
  makeJobsTable(name?: string): Promise<string>;
}

/** SQS by fauxqs. */
export interface SqsEmulator extends Emulator<SQSClient> {
  /** Makes a queue and gives back its URL. */
  makeQueue(name: string, attributes?: Partial<Record<QueueAttributeName, string>>): Promise<string>;
}

/** Starts S3 on a free port. Stop it, or hold it with `await using`. */
export async function startS3(): Promise<S3Emulator> {
  await sortListingsAsS3();
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = createS3Client({ endpoint, ...TEST_IDENTITY });
  let count = 0;
  return {
    ...describeEmulator(endpoint, "AWS_ENDPOINT_URL_S3", client, () => server.stop()),
    makeBucket: async (name) => {
      count += 1;
      const Bucket = name ?? `bucket-${count}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },
  };
}

/** Starts DynamoDB on a free port. Stop it, or hold it with `await using`. */
export async function startDynamo(): Promise<DynamoEmulator> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createDynamoClient({ endpoint, ...TEST_IDENTITY });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  let count = 0;
  return {
    ...describeEmulator(endpoint, "AWS_ENDPOINT_URL_DYNAMODB", client, stop),
    makeJobsTable: async (name) => {
      count += 1;
      const TableName = name ?? `jobs-${count}`;
      await client.send(new CreateTableCommand(describeJobsTable(TableName)));
      await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.05 }, { TableName });
      return TableName;
    },
  };
}

/** Starts SQS on a free port. Stop it, or hold it with `await using`. */
export async function startSqs(): Promise<SqsEmulator> {
  const server: FauxqsServer = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const client = new SQSClient({ endpoint, ...TEST_IDENTITY });
  return {
    ...describeEmulator(endpoint, "AWS_ENDPOINT_URL_SQS", client, () => server.stop()),
    makeQueue: async (name, attributes = {}) => {
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
      // What it gives names a host below localhost, which not every machine can look up.
      return new URL(new URL(QueueUrl ?? "").pathname, endpoint).href;
    },
  };
}

function describeEmulator<Client extends { destroy(): void }>(
  endpoint: string,
  endpointVariable: string,
  client: Client,
  stopServer: () => Promise<void>,
): Emulator<Client> {
  const stop = async () => {
    client.destroy();
    await stopServer();
  };
  const environment = {
    [endpointVariable]: endpoint,
    AWS_REGION: TEST_IDENTITY.region,
    AWS_ACCESS_KEY_ID: TEST_IDENTITY.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_IDENTITY.credentials.secretAccessKey,
  };
  return { endpoint, client, environment, stop, [Symbol.asyncDispose]: stop };
}

function describeJobsTable(TableName: string) {
  const { partitionKey, indexes, keyTypes, projection, billing } = JOBS_TABLE;
  return {
    TableName,
    BillingMode: billing,
    KeySchema: [{ AttributeName: partitionKey, KeyType: "HASH" as const }],
    AttributeDefinitions: Object.entries(keyTypes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    GlobalSecondaryIndexes: Object.values(indexes).map((index) => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.partitionKey, KeyType: "HASH" as const },
        { AttributeName: index.sortKey, KeyType: "RANGE" as const },
      ],
      Projection: { ProjectionType: projection },
    })),
  };
}
