import { describe, expect, it } from "vitest";
import {
  readApiEnvironment,
  readBackfillEnvironment,
  readConverterEnvironment,
  readSweepEnvironment,
  readWebhooksEnvironment,
} from "../functions/environment.ts";

const QUEUE = { UPLOADS_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/uploads" };
const CALLBACKS = { CALLBACKS_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/callbacks" };
const RECORDS = { UPLOADS_BUCKET: "in", JOBS_TABLE: "jobs" };
const CONVERTER = {
  ...QUEUE,
  ...CALLBACKS,
  ...RECORDS,
  RESULTS_BUCKET: "out",
  EVENT_BUS_NAME: "bus",
  STACK_OWNER: "anna",
};

describe("the environment", () => {
  it("is read with its numbers as numbers, and with defaults for what may be absent", () => {
    const read = readConverterEnvironment({ ...CONVERTER, WRITE_CONCURRENCY: "7", PATH: "ignored" });
    expect(read).toMatchObject({ WRITE_CONCURRENCY: 7, MAX_ATTEMPTS: 5, RETENTION_DAYS: 90 });
    expect(read).not.toHaveProperty("PATH");
  });

  it.each([
    ["converter", readConverterEnvironment, CONVERTER],
    ["API", readApiEnvironment, { ...QUEUE, ...CALLBACKS, ...RECORDS, RESULTS_BUCKET: "out", STACK_OWNER: "anna" }],
    ["sweep", readSweepEnvironment, { ...QUEUE, ...CALLBACKS, ...RECORDS, EVENT_BUS_NAME: "bus" }],
    ["backfill", readBackfillEnvironment, QUEUE],
    ["sender of callbacks", readWebhooksEnvironment, { ...CALLBACKS, JOBS_TABLE: "jobs" }],
  ] as const)("of the %s lacks nothing, or the function does not start", (_, read, variables) => {
    expect(() => read(variables)).not.toThrow();
    for (const name of Object.keys(variables)) {
      expect(() => read({ ...variables, [name]: undefined })).toThrow(name);
      expect(() => read({ ...variables, [name]: "" })).toThrow(name);
    }
  });

  it("lists administrators, none by default", () => {
    const api = { ...QUEUE, ...CALLBACKS, ...RECORDS, RESULTS_BUCKET: "out", STACK_OWNER: "anna" };
    const [one, two] = ["arn:aws:iam::111122223333:role/keeper", "arn:aws:iam::111122223333:user/anna"];
    expect(readApiEnvironment(api)).toMatchObject({ ADMIN_SCOPE: "hu01/admin", ADMIN_ARNS: [], MAX_ACTIVE_JOBS: 100 });
    expect(readApiEnvironment({ ...api, ADMIN_ARNS: `${one},${two}` }).ADMIN_ARNS).toEqual([one, two]);
  });

  it.each([
    { WRITE_CONCURRENCY: "0" },
    { WRITE_CONCURRENCY: "many" },
    { MAX_ATTEMPTS: "1.5" },
    { UPLOADS_QUEUE_URL: "uploads" },
  ])("with %j is refused", (changes) => {
    expect(() => readConverterEnvironment({ ...CONVERTER, ...changes })).toThrow(Object.keys(changes)[0]);
  });
});
