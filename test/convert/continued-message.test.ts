import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createHandler, type HandlerDeps } from "../../functions/convert/handler.ts";
import { createJobMessage } from "../../functions/convert/job-message.ts";
import { requestCancel } from "../../shared/job.ts";
import { makeMidSizeArchive, openContinuedJob, runAtOnce } from "../support/continued-jobs.ts";
import { makeBatch, timeLeft } from "../support/queue-batch.ts";
import { contentOf, type Workplace } from "../support/workplace.ts";
import { wrapObjectStore } from "../support/wrap-object-store.ts";

const ARCHIVE = makeMidSizeArchive();
const DONE = { batchItemFailures: [] };
const AGAIN = { batchItemFailures: [{ itemIdentifier: "m0" }] };

/** A handler whose runs have time for a part of the source only, and the messages that it sends. */
function startHandler(place: Workplace, changes: Partial<HandlerDeps> = {}) {
  const sent: string[] = [];
  const continueLater = async (jobId: string) => {
    sent.push(createJobMessage(jobId));
  };
  return { sent, handle: createHandler({ ...place, continueLater, ...changes }) };
}

/** Milliseconds of one run: it winds down after 1 600 and is stopped after 1 800. */
const RUN_MILLIS = 2_000;
const FILES_PER_RUN = 20;

/** The same place, where each run comes to so many files before its time is over. */
function withSlowResults(place: Workplace): Workplace {
  let files = 0;
  const results = wrapObjectStore(place.results, {
    write: async (key, content, options) => {
      if (!key.includes("/.work/") && ++files % FILES_PER_RUN === 0) await setTimeout(1_650);
      return await place.results.write(key, content, options);
    },
  });
  return { ...place, results };
}

describe("a job that takes longer than an invocation", () => {
  it("goes on by messages of its own, one for each run, and ends as if nothing was", async () => {
    const place = await openContinuedJob({ archive: ARCHIVE, deps: { maxAttempts: 30 } });
    const { sent, handle } = startHandler(withSlowResults(place));
    let messages = [createJobMessage("job-1")];
    let runs = 0;
    for (; messages.length > 0 && runs < 90; runs += 1) {
      const [message = "", ...rest] = messages;
      const { batchItemFailures } = await handle(makeBatch(message), timeLeft(RUN_MILLIS));
      // What failed comes again, as it would from the queue.
      messages = [...rest, ...sent.splice(0), ...(batchItemFailures.length > 0 ? [message] : [])];
      expect(messages.length).toBeLessThanOrEqual(1);
    }
    expect(await place.jobs.get("job-1")).toMatchObject({ status: "succeeded_with_errors", attempt: runs });
    expect(runs).toBeGreaterThan(2);
    expect(place.lines.filter((line) => line.includes("job left to another run")).length).toBeGreaterThan(1);
    expect(await contentOf(place.results, "")).toEqual(await runAtOnce({ archive: ARCHIVE }));
  });

  it("is delivered again where nobody sends messages, or sending fails", async () => {
    const place = await openContinuedJob({ archive: ARCHIVE });
    const refuse = async () => {
      throw new Error("no queue");
    };
    for (const continueLater of [undefined, refuse]) {
      const slow = withSlowResults(place);
      const handle = createHandler({ ...slow, ...(continueLater && { continueLater }) });
      expect(await handle(makeBatch(createJobMessage("job-1")), timeLeft(RUN_MILLIS))).toEqual(AGAIN);
      expect(await place.jobs.get("job-1")).toMatchObject({ status: "queued" });
    }
    expect(await createHandler(place)(makeBatch(createJobMessage("job-1")), timeLeft())).toEqual(DONE);
    expect(await contentOf(place.results, "")).toEqual(await runAtOnce({ archive: ARCHIVE }));
  });

  it("is begun once, however often its message comes", async () => {
    const place = await openContinuedJob({ archive: ARCHIVE });
    const { sent, handle } = startHandler(withSlowResults(place));
    const message = createJobMessage("job-1");
    const answers = await Promise.all([1, 2, 3].map(() => handle(makeBatch(message), timeLeft(RUN_MILLIS))));
    expect(answers.filter(({ batchItemFailures }) => batchItemFailures.length === 0).length).toBeLessThanOrEqual(1);
    expect(sent.length).toBeLessThanOrEqual(1);
    expect(await startHandler(place).handle(makeBatch(message), timeLeft())).toEqual(DONE);
    expect(await startHandler(place).handle(makeBatch(message), timeLeft())).toEqual(DONE);
    expect(await place.jobs.get("job-1")).toMatchObject({ status: "succeeded_with_errors", attempt: 2 });
  });

  it("and was canceled in between ends at its next message, with what was finished until then", async () => {
    const place = await openContinuedJob({ archive: ARCHIVE });
    const { sent, handle } = startHandler(withSlowResults(place));
    expect(await handle(makeBatch(createJobMessage("job-1")), timeLeft(RUN_MILLIS))).toEqual(DONE);
    const job = await place.jobs.get("job-1");
    if (job === null) throw new Error("the job is gone");
    await place.jobs.update(requestCancel(job, new Date()));
    expect(await handle(makeBatch(...sent), timeLeft())).toEqual(DONE);
    expect(await place.jobs.get("job-1")).toMatchObject({ status: "canceled" });
    const kept = await contentOf(place.results, "job-1/");
    const lines = (kept.get("manifest.jsonl") ?? "").trimEnd().split("\n");
    const listed = lines.flatMap((line) => (JSON.parse(line) as { path?: string }).path ?? []);
    expect([...kept.keys()].sort()).toEqual([...listed, "manifest.jsonl"].sort());
    expect(listed.length).toBeGreaterThan(0);
  });
});
