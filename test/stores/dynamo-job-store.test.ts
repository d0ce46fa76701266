import { afterAll, beforeAll } from "vitest";
import { createDynamoJobStore } from "../../functions/stores/dynamo-job-store.ts";
import { type DynamoEmulator, startDynamo } from "../support/emulators.ts";
import { describeJobStoreContract } from "../support/job-store-contract.ts";

let dynamo: DynamoEmulator;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

describeJobStoreContract("the DynamoDB store", async () =>
  createDynamoJobStore({ client: dynamo.client, table: await dynamo.makeJobsTable() }),
);
