import { createScheduledSweep } from "../aws/sweep.ts";
import { readSweepEnvironment } from "../environment.ts";

/** Brings to an end the jobs that nobody works on any more. */
export const handler = createScheduledSweep(readSweepEnvironment());
