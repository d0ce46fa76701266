import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { LocalError } from "../local-error.ts";

const MAX_TRIES = 6;
const FIRST_PAUSE_MILLIS = 250;
const MAX_PAUSE_MILLIS = 60_000;
/** Too many requests, and what says of itself or of those behind it that it will be well again. */
const PASSING_STATUSES: readonly number[] = [429, 502, 503, 504];
/** Conflicts with what is being done at this moment, such as the first sending of the same request. */
const PASSING_CONFLICTS = ["api/idempotency-running", "stores/conflict"] as const;

const conflictSchema = z.object({ code: z.enum(PASSING_CONFLICTS) });

export interface RetryTerms {
  readonly signal: AbortSignal;
  /** How often a connection may fail before that is the answer; `MAX_TRIES` when absent. */
  readonly maxTries?: number;
}

/**
 * Sends a request again as long as what keeps it from being answered may pass: a connection that fails, or 429 and 503,
 * whose Retry-After is heeded (RFC 9110 §10.2.3). Pauses double from a quarter of a second on.
 *
 * @param attempt sends the request from its beginning, with a body of its own; must do no harm when it is done twice
 * @returns the answer, of whatever status
 * @throws LocalError cli/remote-unreachable
 */
export async function retrying(attempt: () => Promise<Response>, terms: RetryTerms): Promise<Response> {
  const { signal, maxTries = MAX_TRIES } = terms;
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const answer = await attempt().catch((error: unknown) => toUnreachable(error, signal));
    if (answer instanceof Response) {
      if (tries >= MAX_TRIES || !(await isPassing(answer))) return answer;
      await answer.body?.cancel();
    } else if (tries >= maxTries) throw answer;
    const asked = answer instanceof Response ? retryAfterMillis(answer) : null;
    await pause(asked ?? pauseMillis(tries), signal);
  }
}

async function isPassing(answer: Response): Promise<boolean> {
  if (answer.status !== 409) return PASSING_STATUSES.includes(answer.status);
  const problem: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return conflictSchema.safeParse(problem).success;
}

/** How long to wait behind the n-th failure in a row, from 1. */
export function pauseMillis(failures: number): number {
  return Math.min(FIRST_PAUSE_MILLIS * 2 ** (failures - 1), MAX_PAUSE_MILLIS);
}

/** Waits, unless the signal asks to stop. @throws the signal's reason */
export async function pause(millis: number, signal: AbortSignal): Promise<void> {
  await sleep(millis, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** What Retry-After says, as seconds or as a date, at most a minute; null when it says nothing. */
export function retryAfterMillis({ headers }: Response, now = Date.now()): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  const millis = /^\d+$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(millis) ? null : Math.min(Math.max(millis, 0), MAX_PAUSE_MILLIS);
}

/**
 * A connection that failed as an error of this program.
 *
 * @throws what is no failed connection: a defect, or the reason of the signal
 */
export function toUnreachable(error: unknown, signal: AbortSignal): LocalError {
  signal.throwIfAborted();
  // `fetch` has this one class for whatever the network does, and names what it was in the cause.
  if (!(error instanceof TypeError)) throw error;
  const system = systemCode(error.cause);
  return new LocalError("cli/remote-unreachable", `The connection to the service failed: ${system}.`, {
    details: { system },
    cause: error,
  });
}

function systemCode(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  return cause.message;
}
