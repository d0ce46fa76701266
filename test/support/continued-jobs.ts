import { createRunJob } from "../../functions/convert/run-job.ts";
import type { RunJobDeps } from "../../functions/convert/run-job-deps.ts";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import type { Job } from "../../shared/job.ts";
import { type ConvertOptions, DEFAULT_OPTIONS } from "../../shared/options.ts";
import { makeArchive } from "./make-archive.ts";
import { MIXED_ARCHIVES } from "./mixed-archives.ts";
import { PowerCut } from "./power-cut.ts";
import { SMALL_LIMITS } from "./small-limits.ts";
import { makeCalendar, makeMessage, makeVcard } from "./synthetic-mail.ts";
import { contentOf, openWorkplace, queueJob, type Workplace } from "./workplace.ts";

const NEVER = new AbortController().signal;
/** Longer than a lease. */
const LATER_MILLIS = 61_000;

/** Streams of messages, damage and foreign bytes; mailboxes in Sync XML at the end. About 600 000 bytes. */
export function makeMidSizeArchive(): Uint8Array {
  const streams = Array.from({ length: 40 }, (_, seed) => {
    const calendar = seed % 4 === 0 ? { calendar: makeCalendar(seed, "REQUEST"), calendarMethod: "REQUEST" } : {};
    const vcard = seed % 5 === 0 ? { vcard: makeVcard(seed) } : {};
    const message = makeMessage({ seed, textBytes: 600 * seed, ...calendar, ...vcard });
    return makeArchive(message, { blockBytes: 4096, stored: true });
  });
  const mixed = ["streams with damage and foreign bytes", "Sync payloads among streams"];
  return concatBytes([...streams, ...mixed.map((name) => MIXED_ARCHIVES[name] ?? new Uint8Array(0))]).slice();
}

export interface ContinuedJob {
  readonly archive: Uint8Array;
  readonly options?: Partial<ConvertOptions>;
  readonly deps?: Partial<RunJobDeps>;
}

/** Two files at a time, and a checkpoint whenever one can be made. */
const RESTLESS: Partial<RunJobDeps> = {
  checkpointPace: { bytes: 0, millis: 0 },
  writeConcurrency: 2,
  limits: SMALL_LIMITS,
  maxAttempts: 3,
};

/** A workplace with the job queued. */
export async function openContinuedJob({ archive, options, deps }: ContinuedJob): Promise<Workplace> {
  const place = await openWorkplace({ ...RESTLESS, ...deps });
  await queueJob(place, archive, { options: { ...DEFAULT_OPTIONS, ...options } });
  return place;
}

/** Everything that an uninterrupted run leaves, which makes no checkpoint. */
export async function runAtOnce(job: ContinuedJob): Promise<Map<string, string>> {
  const place = await openContinuedJob({
    ...job,
    deps: { ...job.deps, checkpointPace: { bytes: 1e12, millis: 1e12 } },
  });
  await createRunJob(place)("job-1", NEVER);
  return await contentOf(place.results, "");
}

/** Runs the job in a worker that dies at an instant. @returns the number of instants that it met */
export async function runUntilDeath(place: Workplace, at: number, earlierDeaths = 0): Promise<PowerCut> {
  const cut = new PowerCut(at);
  const now = () => new Date(Date.now() + earlierDeaths * LATER_MILLIS);
  await createRunJob({ ...place, ...cut.on(place), now })("job-1", NEVER).catch((error: Error) => {
    if (!cut.happened) throw error;
  });
  return cut;
}

/** Runs the job in a worker that lives, once the leases of those before it are over. */
export async function runToEnd(place: Workplace, earlierDeaths = 1): Promise<Job> {
  const now = () => new Date(Date.now() + earlierDeaths * LATER_MILLIS);
  return await createRunJob({ ...place, now })("job-1", NEVER);
}
