import { expect, it } from "vitest";
import { announceMany } from "../support/announcement.ts";
import { deployFunction } from "../support/lambda-process.ts";

it("many objects that are announced at once, some of them twice, become one result each", async () => {
  await using converter = await deployFunction("convert");
  const objects = 300;
  expect(await announceMany({ converter, objects, workers: 2, batchSize: 10 })).toMatchObject({
    messages: 315,
    jobs: objects,
    succeeded: objects,
    mails: objects,
    events: objects,
    leftInQueue: 0,
    deadLetters: 0,
  });
}, 300_000);
