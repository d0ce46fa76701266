import { expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import { createDecoderPool } from "../../functions/decoder-pool/decoder-pool.ts";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import type { BlockDecoder } from "../../shared/hu01/decode-ahead.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { contentOf, openWorkplace, queueJob } from "../support/workplace.ts";

/** Two messages, the second with a damaged block, both too large to be held until their end. */
const ARCHIVE = concatBytes([
  makeArchive(makeMessage({ seed: 1, textBytes: 700_000 })),
  makeArchive(makeMessage({ seed: 2, textBytes: 300_000 }), { blockBytes: 9000 }).with(20_000, 0),
]);

async function convert(blockDecoder?: BlockDecoder): Promise<Map<string, string>> {
  const limits = { ...DEFAULT_LIMITS, maxBufferedItemBytes: 100_000 };
  const place = await openWorkplace({ limits, ...(blockDecoder === undefined ? {} : { blockDecoder }) });
  await queueJob(place, ARCHIVE);
  await createRunJob(place)("job-1", new AbortController().signal);
  return await contentOf(place.results, "job-1/");
}

it("gives the same files, manifest and report on one thread and on several", async () => {
  await using pool = createDecoderPool({ threads: 2, minOutputBytes: 0 });
  let decoded = 0;
  const decode: BlockDecoder["decode"] = async (batch) => {
    decoded += batch.blocks.length;
    return pool.decode(batch);
  };
  const onSeveral = await convert({ maxBatches: pool.maxBatches, minOutputBytes: 0, decode });
  expect(onSeveral).toEqual(await convert());
  expect([...onSeveral.keys()].join()).toContain(".partial.eml");
  expect(decoded).toBeGreaterThan(2 * 30);
});
