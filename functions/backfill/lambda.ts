import { readBackfillEnvironment } from "../environment.ts";

/** Not there yet: says so with the environment it is given. */
export async function handler(): Promise<never> {
  throw new Error(`not there yet (${Object.keys(readBackfillEnvironment()).length} settings)`);
}
