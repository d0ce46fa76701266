import { SFNClient } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { createStateMachineBackfills } from "../../functions/aws/state-machine-backfills.ts";
import { clientOf, type JsonAnswer, startJsonService } from "../support/json-service.ts";

const ID = "0199b5a0-0000-7000-8000-000000000001";
const STATE_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:backfill";
const EXECUTION = `arn:aws:states:us-east-1:123456789012:execution:backfill:${ID}`;
const REQUEST = { prefix: "inbox/", suffix: ".hu01", toleratedFailurePercentage: 5 };
/** 2026-01-02T03:04:05Z, as these services say it. */
const START = 1_767_323_045;

/** Step Functions as far as they are asked here: one execution, which began with what it was started with. */
function stateMachine(described: object, mapRuns: object[] = [{ mapRunArn: "map-1" }]): JsonAnswer {
  let input = "";
  return (call) => {
    if (call.action === "StartExecution") {
      input = String(call.input.input);
      return { body: { executionArn: EXECUTION, startDate: START } };
    }
    if (call.action === "ListMapRuns") return { body: { mapRuns } };
    if (call.action === "DescribeMapRun") {
      return { body: { itemCounts: { total: 9, succeeded: 5, failed: 1, timedOut: 1, aborted: 1, pending: 1 } } };
    }
    if (call.input.executionArn !== EXECUTION) return { status: 400, body: { __type: "ExecutionDoesNotExist" } };
    return { body: { executionArn: EXECUTION, startDate: START, input, ...described } };
  };
}

async function open(answer: JsonAnswer) {
  const service = await startJsonService(answer);
  const client = new SFNClient(clientOf(service));
  const backfills = createStateMachineBackfills({ client, stateMachineArn: STATE_MACHINE, bucket: "in" });
  return { service, backfills, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

describe("a backfill by a state machine", () => {
  it("begins an execution that has all fields of the filter", async () => {
    await using place = await open(stateMachine({ status: "RUNNING" }));
    const begun = await place.backfills.start(ID, "anna", REQUEST);
    expect(begun).toMatchObject({ id: ID, status: "running", request: REQUEST, createdAt: "2026-01-02T03:04:05.000Z" });
    const input = place.service.calls[0]?.input;
    expect(input).toMatchObject({ stateMachineArn: STATE_MACHINE, name: ID });
    expect(JSON.parse(String(input?.input))).toMatchObject({
      bucket: "in",
      prefix: "inbox/",
      suffix: ".hu01",
      minBytes: null,
      maxBytes: null,
      since: null,
      until: null,
      toleratedFailurePercentage: 5,
    });
  });

  it.each([
    ["RUNNING", "running"],
    ["PENDING_REDRIVE", "running"],
    ["SUCCEEDED", "succeeded"],
    ["FAILED", "failed"],
    ["TIMED_OUT", "failed"],
    ["ABORTED", "canceled"],
  ])("that is %s is told as %s, with its counts", async (status, told) => {
    await using place = await open(stateMachine({ status, stopDate: START + 60 }));
    await place.backfills.start(ID, "anna", REQUEST);
    expect(await place.backfills.get(ID, "anna")).toEqual({
      id: ID,
      status: told,
      request: REQUEST,
      objects: { total: 9, done: 5, failed: 3 },
      createdAt: "2026-01-02T03:04:05.000Z",
      finishedAt: "2026-01-02T03:05:05.000Z",
    });
  });

  it("has no counts before its listing has begun", async () => {
    await using place = await open(stateMachine({ status: "RUNNING" }, []));
    await place.backfills.start(ID, "anna", REQUEST);
    expect(await place.backfills.get(ID, "anna")).toMatchObject({ objects: null, finishedAt: null });
  });

  it("is nobody else's to see, and absent when it never was", async () => {
    await using place = await open(stateMachine({ status: "RUNNING" }));
    await place.backfills.start(ID, "anna", REQUEST);
    expect(await place.backfills.get(ID, "berta")).toBeNull();
    expect(await place.backfills.get(ID, null)).toMatchObject({ id: ID });
    expect(await place.backfills.get("0199b5a0-0000-7000-8000-000000000002", "anna")).toBeNull();
  });

  it("fails as a store does when the service does", async () => {
    await using place = await open(() => ({ status: 400, body: { __type: "AccessDeniedException" } }));
    await expect(place.backfills.start(ID, "anna", REQUEST)).rejects.toMatchObject({ code: "stores/write-failed" });
    await expect(place.backfills.get(ID, "anna")).rejects.toMatchObject({ code: "stores/read-failed" });
  });
});
