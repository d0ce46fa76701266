import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { createJobEvents } from "../../functions/aws/job-events.ts";
import { createLog } from "../../functions/log.ts";
import { claimJob, createJob, finishJob, type Job } from "../../shared/job.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { clientOf, type JsonAnswer, startJsonService } from "../support/json-service.ts";

const NOW = new Date("2026-01-02T03:04:05.678Z");
const TAKEN: JsonAnswer = () => ({ body: { FailedEntryCount: 0, Entries: [{ EventId: "1" }] } });

function runningJob(): Job {
  const source = { key: "inbox/secret.hu01", filename: "secret.hu01", size: 9, etag: "e" };
  const facts = { id: "job-1", owner: "secret owner", status: "queued" as const, source, options: DEFAULT_OPTIONS };
  return claimJob(createJob(facts, NOW), { worker: "secret worker", leaseMillis: 1000 }, NOW);
}

async function open(answer: JsonAnswer) {
  const service = await startJsonService(answer);
  const lines: string[] = [];
  let faults = 0;
  const tell = createJobEvents({
    client: new EventBridgeClient(clientOf(service)),
    busName: "bus-1",
    log: createLog((line) => lines.push(line)),
    onFault: () => {
      faults += 1;
    },
  });
  const dispose = () => service[Symbol.asyncDispose]();
  return { service, lines, tell, faults: () => faults, [Symbol.asyncDispose]: dispose };
}

describe("the events of jobs that end", () => {
  it.each([
    ["succeeded", "Job Succeeded"],
    ["succeeded_with_errors", "Job SucceededWithErrors"],
    ["canceled", "Job Canceled"],
  ] as const)("tell of %s as %s, by ids and counts only", async (status, detailType) => {
    await using place = await open(TAKEN);
    const running = runningJob();
    await place.tell(finishJob(running, { status }, running.progress, NOW));
    const [call] = place.service.calls;
    expect(call).toMatchObject({
      action: "PutEvents",
      input: { Entries: [{ Source: "hu01.archive", DetailType: detailType, EventBusName: "bus-1" }] },
    });
    const details = place.service.calls.flatMap(({ input }) => input.Entries as { Detail: string }[]);
    expect(JSON.parse(details[0]?.Detail ?? "")).toMatchObject({ jobId: "job-1", status, errorCode: null });
    expect(JSON.stringify(call)).not.toContain("secret");
    expect(place.faults()).toBe(0);
  });

  it("name the code of a failure, not its words", async () => {
    await using place = await open(TAKEN);
    const running = runningJob();
    const error = { code: "payload/unrecognised", message: "secret words", details: { secret: 1 } };
    await place.tell(finishJob(running, { status: "failed", error }, running.progress, NOW));
    expect(JSON.stringify(place.service.calls)).toContain("payload/unrecognised");
    expect(JSON.stringify(place.service.calls)).not.toContain("secret");
  });

  it("say nothing of a job that has not ended, or that was never uploaded", async () => {
    await using place = await open(TAKEN);
    await place.tell(runningJob());
    await place.tell({ ...runningJob(), status: "expired" });
    expect(place.service.calls).toEqual([]);
  });

  it.each([
    ["refuses the event", { body: { FailedEntryCount: 1, Entries: [{ ErrorCode: "ThrottlingException" }] } }],
    ["fails", { status: 400, body: { __type: "ResourceNotFoundException", message: "secret" } }],
  ] as const)("that the bus %s are logged and counted, and fail nothing", async (_, answer) => {
    await using place = await open(() => answer);
    const running = runningJob();
    await place.tell(finishJob(running, { status: "succeeded" }, running.progress, NOW));
    expect(place.faults()).toBe(1);
    expect(place.lines).toEqual([expect.stringContaining('"event":"event not sent","job":"job-1"')]);
    expect(place.lines.join()).not.toContain("secret");
  });
});
