import { afterAll, beforeAll } from "vitest";
import { createDynamoNoteStore } from "../../functions/stores/dynamo-note-store.ts";
import { createSqliteNoteStore } from "../../functions/stores/sqlite-note-store.ts";
import { type DynamoEmulator, startDynamo } from "../support/emulators.ts";
import { describeNoteStoreContract, startClock } from "../support/note-store-contract.ts";

let dynamo: DynamoEmulator;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

describeNoteStoreContract("a DynamoDB table", async () => {
  const { now, setTime } = startClock();
  const store = createDynamoNoteStore({ client: dynamo.client, table: await dynamo.makeJobsTable(), now });
  return { store, setTime, [Symbol.asyncDispose]: async () => undefined };
});

describeNoteStoreContract("a SQLite file", async () => {
  const { now, setTime } = startClock();
  const store = createSqliteNoteStore(":memory:", now);
  return { store, setTime, [Symbol.asyncDispose]: async () => store.close() };
});
