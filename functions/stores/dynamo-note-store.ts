import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Note, NoteStore } from "../../shared/note-store.ts";
import { readFailed, toFault, writeFailed } from "./aws-fault.ts";

export interface DynamoNoteStoreOptions {
  /** Is not closed by the store. */
  readonly client: DynamoDBDocumentClient;
  /** Name of a table made after `JOBS_TABLE`. */
  readonly table: string;
  readonly now: () => Date;
}

/** No job's id begins so. Without the attributes of a job, notes are in none of the table's indexes. */
const ID_PREFIX = "note#";
const MILLIS_PER_SECOND = 1000;
const storedSchema = z.object({ id: z.string(), text: z.string(), noteExpiresAt: z.string(), writeToken: z.string() });
type Stored = z.infer<typeof storedSchema>;

/** Notes in the table of the jobs. DynamoDB removes expired ones within days; until then they count as absent. */
export function createDynamoNoteStore({ client, table, now }: DynamoNoteStoreOptions): NoteStore {
  const read = async (id: string): Promise<Stored | null> => {
    const get = new GetCommand({ TableName: table, Key: { id: ID_PREFIX + id }, ConsistentRead: true });
    const { Item } = await client.send(get).catch(failReading);
    return Item === undefined ? null : storedSchema.parse(Item);
  };
  return {
    create: async (note) => {
      const writeToken = randomUUID();
      const put = new PutCommand({
        TableName: table,
        Item: toItem(note, writeToken),
        ConditionExpression: "attribute_not_exists(id) OR noteExpiresAt <= :now",
        ExpressionAttributeValues: { ":now": now().toISOString() },
      });
      try {
        await client.send(put);
        return null;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw writeFailed(error);
        const stored = await read(note.id);
        // The answer to the first try was lost, and the second one met what the first has written.
        const isOurs = toFault(error).attempts > 1 && stored?.writeToken === writeToken;
        return isOurs ? null : toNote(stored, now());
      }
    },
    get: async (id) => toNote(await read(id), now()),
    put: async (note) => {
      await client.send(new PutCommand({ TableName: table, Item: toItem(note, randomUUID()) })).catch(failWriting);
    },
    delete: async (id) => {
      await client.send(new DeleteCommand({ TableName: table, Key: { id: ID_PREFIX + id } })).catch(failWriting);
    },
  };
}

function toItem({ id, text, expiresAt: noteExpiresAt }: Note, writeToken: string): Record<string, unknown> {
  const expiresAt = Math.ceil(Date.parse(noteExpiresAt) / MILLIS_PER_SECOND);
  return { id: ID_PREFIX + id, text, noteExpiresAt, expiresAt, writeToken };
}

function toNote(stored: Stored | null, now: Date): Note | null {
  if (stored === null || stored.noteExpiresAt <= now.toISOString()) return null;
  const { id, text, noteExpiresAt } = stored;
  return { id: id.slice(ID_PREFIX.length), text, expiresAt: noteExpiresAt };
}

function failReading(error: unknown): never {
  throw readFailed(error);
}

function failWriting(error: unknown): never {
  throw writeFailed(error);
}
