import type { ItemNumbers } from "./items/item-numbers.ts";
import type { Milestone, ResumePoint } from "./items/milestone.ts";
import type { Limits } from "./limits.ts";
import type { ConvertOptions } from "./options.ts";
import type { Tally } from "./stream-reader.ts";
import type { SyncSurvey } from "./sync-survey.ts";

/** What the steps of one journey share. */
export interface JourneyRun {
  readonly limits: Limits;
  readonly options: ConvertOptions;
  readonly tally: Tally;
  readonly numbers: ItemNumbers;
  readonly sync: SyncSurvey;
  /** Where the journey was begun. */
  readonly start: ResumePoint;
  /** Payloads so far, which have their indexes by it. */
  payloads: number;
  /** Decompressed bytes of all streams so far. */
  decodedBytes: number;
}

/** A milestone, where there may be one: not once Sync payloads are met, since these depend on each other. */
export function* milestoneAt(
  place: Pick<ResumePoint, "archiveOffset" | "members">,
  run: JourneyRun,
): Generator<Milestone> {
  const { numbers, payloads, decodedBytes, sync } = run;
  const { blocksOk, blocksBad } = run.tally;
  if (sync.isBegun) return;
  const sums = { items: numbers.count, payloads, decodedBytes, blocksOk, blocksBad };
  yield { outcome: "milestone", point: { ...place, ...sums, outcomes: 0 } };
}
