import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  ListMapRunsCommand,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import * as z from "zod";
import { StoreError } from "../../shared/errors.ts";
import type { Backfills } from "../api/api-deps.ts";
import { type Backfill, backfillRequestSchema } from "../api/backfills/backfill-contract.ts";

export interface StateMachineOptions {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
  /** The bucket whose objects are announced. */
  readonly bucket: string;
}

/** What an execution begins with: all of its fields, so that the state machine can name each of them. */
const inputSchema = z.object({ owner: z.string(), request: backfillRequestSchema });

const STATUS: Readonly<Record<ExecutionStatus, Backfill["status"]>> = {
  RUNNING: "running",
  PENDING_REDRIVE: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "failed",
  ABORTED: "canceled",
};

/** Backfills as executions of the stack's state machine. */
export function createStateMachineBackfills({ client, stateMachineArn, bucket }: StateMachineOptions): Backfills {
  const executionArn = (id: string) => `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${id}`;
  return {
    start: async (id, owner, request) => {
      const { prefix, suffix = null, minBytes = null, maxBytes = null, since = null, until = null } = request;
      const { toleratedFailurePercentage } = request;
      const filter = { bucket, prefix, suffix, minBytes, maxBytes, since, until, toleratedFailurePercentage };
      const input = JSON.stringify({ ...filter, owner, request });
      const command = new StartExecutionCommand({ stateMachineArn, name: id, input });
      const { startDate } = await guarded("stores/write-failed", client.send(command));
      const createdAt = toText(startDate) ?? new Date(0).toISOString();
      return { id, status: "running", request, objects: null, createdAt, finishedAt: null };
    },
    get: async (id, owner) => {
      const described = await describe(client, executionArn(id));
      if (described === null) return null;
      const input = inputSchema.parse(JSON.parse(described.input ?? "null"));
      if (owner !== null && input.owner !== owner) return null;
      return {
        id,
        status: STATUS[described.status ?? "RUNNING"],
        request: input.request,
        objects: await countObjects(client, executionArn(id)),
        createdAt: toText(described.startDate) ?? new Date(0).toISOString(),
        finishedAt: toText(described.stopDate),
      };
    },
  };
}

async function describe(client: SFNClient, executionArn: string) {
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn }));
  } catch (cause) {
    if (cause instanceof ExecutionDoesNotExist) return null;
    throw new StoreError("stores/read-failed", undefined, { cause });
  }
}

async function countObjects(client: SFNClient, executionArn: string): Promise<Backfill["objects"]> {
  const { mapRuns } = await guarded("stores/read-failed", client.send(new ListMapRunsCommand({ executionArn })));
  const mapRunArn = mapRuns?.[0]?.mapRunArn;
  if (mapRunArn === undefined) return null;
  const { itemCounts } = await guarded("stores/read-failed", client.send(new DescribeMapRunCommand({ mapRunArn })));
  const { total = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = itemCounts ?? {};
  return { total, done: succeeded, failed: failed + timedOut + aborted };
}

async function guarded<T>(code: "stores/read-failed" | "stores/write-failed", answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new StoreError(code, undefined, { cause });
  }
}

function toText(date: Date | undefined): string | null {
  return date?.toISOString() ?? null;
}
