import { expect, it } from "vitest";
import { createHandler } from "../../functions/convert/handler.ts";
import { createJobMessage } from "../../functions/convert/job-message.ts";
import { makeBatch, timeLeft } from "../support/queue-batch.ts";
import { makeSampleArchive, openWorkplace, queueJob } from "../support/workplace.ts";

it("a message that names a job has it run once, and does nothing when there is none", async () => {
  const place = await openWorkplace();
  await queueJob(place, makeSampleArchive());
  const batch = makeBatch(createJobMessage("job-1"), createJobMessage("job-1"), createJobMessage("none"));
  expect(await createHandler(place)(batch, timeLeft())).toEqual({ batchItemFailures: [] });
  const { jobs } = await place.jobs.list({ owner: "anna", limit: 10 });
  expect(jobs).toMatchObject([{ id: "job-1", status: "succeeded", attempt: 1 }]);
});
