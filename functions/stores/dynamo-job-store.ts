import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { StoreError } from "../../shared/errors.ts";
import { type Job, jobSchema } from "../../shared/job.ts";
import { isTerminal } from "../../shared/job-status.ts";
import type { JobPage, JobQuery, JobStore } from "../../shared/job-store.ts";
import { readFailed, toFault, writeFailed } from "./aws-fault.ts";
import { formatCursor, type Place, parseCursor } from "./job-cursor.ts";
import { JOBS_TABLE } from "./jobs-table-schema.ts";

export interface DynamoJobStoreOptions {
  /** Is not closed by the store. */
  readonly client: DynamoDBDocumentClient;
  /** Name of a table made after `JOBS_TABLE`. */
  readonly table: string;
  /** Days from the end of a job until its record goes away by itself; null, the default, keeps it for ever. */
  readonly retentionDays?: number | null;
}

/** DynamoDB takes 400 KiB as one item, names and keys of the item included; the rest is left for these. */
const MAX_RECORD_BYTES = 380 * 1024;
/** What DynamoDB takes as the key of a table. */
const MAX_ID_BYTES = 2048;
const SECONDS_PER_DAY = 24 * 60 * 60;
const CREATE = { ConditionExpression: "attribute_not_exists(id)" };

const storedSchema = z.object({ record: z.string(), writeToken: z.string() });

/**
 * Job records in one DynamoDB table. Every change is one conditional write of one whole item. Each write carries a
 * token of its own: when an answer is lost and the SDK's second try meets what the first has written, the token tells,
 * and the write counts as made. `get` sees every write before it; `list` reads indexes, which follow within a second.
 *
 * Errors: stores/read-failed, stores/write-failed, stores/access-denied, stores/record-too-large.
 */
export function createDynamoJobStore(options: DynamoJobStoreOptions): JobStore {
  return new DynamoJobStore(options);
}

class DynamoJobStore implements JobStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #retentionDays: number | null;

  constructor({ client, table, retentionDays = null }: DynamoJobStoreOptions) {
    this.#client = client;
    this.#table = table;
    this.#retentionDays = retentionDays;
  }

  create(job: Job): Promise<boolean> {
    return this.#put(job, CREATE);
  }

  update(job: Job): Promise<boolean> {
    return this.#put(job, {
      ConditionExpression: "#version = :previous",
      ExpressionAttributeNames: { "#version": "version" },
      ExpressionAttributeValues: { ":previous": job.version - 1 },
    });
  }

  async get(id: string): Promise<Job | null> {
    const stored = await this.#read(id);
    return stored === null ? null : parseRecord(stored.record);
  }

  async list(query: JobQuery): Promise<JobPage> {
    const before = query.cursor === undefined ? null : parseCursor(query.cursor);
    const records = await this.#query(query, before);
    const jobs = records.slice(0, query.limit).map(parseRecord);
    const last = jobs.at(-1);
    return { jobs, cursor: records.length > query.limit && last !== undefined ? formatCursor(last) : null };
  }

  async delete(id: string): Promise<void> {
    if (!canBeId(id)) return;
    try {
      await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { id } }));
    } catch (error) {
      throw writeFailed(error);
    }
  }

  async #put(job: Job, condition: object): Promise<boolean> {
    const writeToken = randomUUID();
    const item = toItem(job, writeToken, this.#retentionDays);
    try {
      await this.#client.send(new PutCommand({ TableName: this.#table, Item: item, ...condition }));
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw writeFailed(error);
      return toFault(error).attempts > 1 && (await this.#read(job.id))?.writeToken === writeToken;
    }
  }

  async #read(id: string): Promise<z.infer<typeof storedSchema> | null> {
    if (!canBeId(id)) return null;
    try {
      const get = new GetCommand({ TableName: this.#table, Key: { id }, ConsistentRead: true });
      const { Item } = await this.#client.send(get);
      return Item === undefined ? null : storedSchema.parse(Item);
    } catch (error) {
      throw readFailed(error);
    }
  }

  /** One record more than asked for, if there is one: it tells whether another page follows. */
  async #query(query: JobQuery, before: Place | null): Promise<string[]> {
    const wanted = query.limit + 1;
    const records: string[] = [];
    let from: Record<string, unknown> | undefined;
    try {
      // An answer ends at 1 MB, however many items are wanted.
      do {
        const input = { ...toQuery(query, before), TableName: this.#table, Limit: wanted - records.length };
        const { Items = [], LastEvaluatedKey } = await this.#client.send(
          new QueryCommand({ ...input, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
        );
        records.push(...Items.map((item) => storedSchema.parse(item).record));
        from = LastEvaluatedKey;
      } while (from !== undefined && records.length < wanted);
      return records;
    } catch (error) {
      throw readFailed(error);
    }
  }
}

/** The attributes of `JOBS_TABLE`, the record, and what proves whose write this was. */
function toItem(job: Job, writeToken: string, retentionDays: number | null): Record<string, unknown> {
  const record = JSON.stringify(job);
  const bytes = Buffer.byteLength(record);
  if (bytes > MAX_RECORD_BYTES) {
    const message = `The job's record has ${bytes} bytes; ${MAX_RECORD_BYTES} can be stored.`;
    throw new StoreError("stores/record-too-large", message, { details: { bytes, maxBytes: MAX_RECORD_BYTES } });
  }
  const { id, version, owner, status } = job;
  return {
    ...{ id, version, owner, status, record, writeToken },
    place: toPlace([job.createdAt, id]),
    ownerAndStatus: toOwnerAndStatus(owner, status),
    ...(retentionDays === null || !isTerminal(status) ? {} : { expiresAt: toExpiry(job, retentionDays) }),
  };
}

function toExpiry(job: Job, retentionDays: number): number {
  return Math.floor(Date.parse(job.finishedAt ?? job.updatedAt) / 1000) + retentionDays * SECONDS_PER_DAY;
}

function toQuery(query: JobQuery, before: Place | null) {
  const { index, key } = toKey(query);
  return {
    IndexName: index.name,
    KeyConditionExpression: before === null ? "#key = :key" : "#key = :key AND #place < :place",
    ExpressionAttributeNames: { "#key": index.partitionKey, ...(before === null ? {} : { "#place": index.sortKey }) },
    ExpressionAttributeValues: { ":key": key, ...(before === null ? {} : { ":place": toPlace(before) }) },
    ScanIndexForward: false,
  };
}

function toKey({ owner, status }: JobQuery) {
  const { byOwner, byStatus, byOwnerAndStatus } = JOBS_TABLE.indexes;
  if (owner === null) return { index: byStatus, key: status };
  if (status === undefined) return { index: byOwner, key: owner };
  return { index: byOwnerAndStatus, key: toOwnerAndStatus(owner, status) };
}

/** The state comes first: it has no `#`, so no two pairs give the same text. */
function toOwnerAndStatus(owner: string, status: string): string {
  return `${status}#${owner}`;
}

/** Times of creation all have the same length, so these sort by time and then by id. */
function toPlace([createdAt, id]: Place): string {
  return `${createdAt}#${id}`;
}

function canBeId(id: string): boolean {
  const bytes = Buffer.byteLength(id);
  return bytes > 0 && bytes <= MAX_ID_BYTES;
}

function parseRecord(record: string): Job {
  try {
    return jobSchema.parse(JSON.parse(record));
  } catch (error) {
    throw readFailed(error);
  }
}
