import { describe, expect, it } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import type { ConvertOptions } from "../../shared/options.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";
import { makeMidSizeArchive, runToEnd, runUntilDeath } from "../support/continued-jobs.ts";
import { SMALL_LIMITS } from "../support/small-limits.ts";
import { contentOf, openWorkplace, queueJob } from "../support/workplace.ts";

const ARCHIVE = makeMidSizeArchive();
/** The first message has an invitation and a card inside. */
const ONLY = [1, 9, 30];
const NEVER = new AbortController().signal;

async function open(only: number[] | null, options: Partial<ConvertOptions> = {}, isRestless = false) {
  const amount = isRestless ? 0 : 1e12;
  const checkpointPace = { bytes: amount, millis: amount };
  const place = await openWorkplace({ checkpointPace, writeConcurrency: 2, limits: SMALL_LIMITS, maxAttempts: 3 });
  const retry = { of: "job-0", root: "job-0", only };
  await queueJob(place, ARCHIVE, { retry, options: { ...DEFAULT_OPTIONS, ...options } });
  return place;
}

async function convert(only: number[] | null, options: Partial<ConvertOptions> = {}) {
  const place = await open(only, options);
  await createRunJob(place)("job-1", NEVER);
  return await contentOf(place.results, "job-1/");
}

interface Line {
  readonly type: string;
  readonly item?: number;
  readonly parent?: number | null;
  readonly path?: string;
}
const linesOf = (files: ReadonlyMap<string, string>) =>
  (files.get("manifest.jsonl") ?? "")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

describe("a job that writes some items only", () => {
  it("writes these and what is inside of them as a whole job does, and tells all else that is no item", async () => {
    const [whole, some] = [await convert(null), await convert(ONLY)];
    const isChosen = ({ type, item, parent }: Line) =>
      type !== "document" && (item === undefined || ONLY.includes(item) || ONLY.includes(parent ?? 0));
    expect(linesOf(some)).toEqual(linesOf(whole).filter(isChosen));
    expect(linesOf(some).some(({ parent }) => parent === 1)).toBe(true);
    const paths = linesOf(some).flatMap(({ path }) => path ?? []);
    expect([...some.keys()].sort()).toEqual([...paths, "manifest.jsonl", "report.json"].sort());
    for (const path of paths) expect(some.get(path)).toBe(whole.get(path));
    expect(JSON.parse(some.get("report.json") ?? "")).toMatchObject({ only: { items: ONLY.length } });
  });

  it.each([
    [{}, 25],
    [{}, 60],
    [{ pack: "zip" } as const, 10],
    [{ pack: "mbox" } as const, 18],
  ])("gives the same with %j when its worker dies at instant %d", async (options, at) => {
    const place = await open(ONLY, options, true);
    expect((await runUntilDeath(place, at)).happened).toBe(true);
    await runToEnd(place);
    expect(await contentOf(place.results, "job-1/")).toEqual(await convert(ONLY, options));
  });
});
