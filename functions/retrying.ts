import { setTimeout } from "node:timers/promises";
import { ArchiveError, ERRORS, StoreError } from "../shared/errors.ts";

/** Milliseconds before each further try; so few in all that a lease outlasts them. */
const PAUSES_MILLIS: readonly number[] = [50, 150, 450];

/** Does something again when a store fails for a reason that may pass, a bounded number of times. */
export async function retrying<T>(act: () => Promise<T>): Promise<T> {
  for (const pauseMillis of PAUSES_MILLIS) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof StoreError && mayPass(error))) throw error;
      await setTimeout(pauseMillis);
    }
  }
  return await act();
}

/** True for an error whose code says that the same call may succeed later. */
export function mayPass(error: unknown): boolean {
  return error instanceof ArchiveError && ERRORS[error.code].retry;
}
