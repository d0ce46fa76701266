import { JobError } from "../../shared/errors.ts";

/** Time kept back for ending a job properly: its files deleted, its record stored. */
const MAX_MARGIN_MILLIS = 30_000;
const MARGIN_SHARE = 0.1;
/** The longest that a timer can wait; it takes anything longer for one millisecond. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** Two signals that are given in time, until they are disposed of. */
export interface Deadline extends Disposable {
  /** Time to finish what has been begun, and to leave the rest to another run. */
  readonly windDown: AbortSignal;
  /** Time to stop. Its reason is a JobError jobs/out-of-time. */
  readonly signal: AbortSignal;
}

/** A deadline a tenth, at most 30 s, before the time of this run is used up; winding down begins as long before that. */
export function startDeadline(remainingMillis: number): Deadline {
  const marginMillis = Math.min(MAX_MARGIN_MILLIS, remainingMillis * MARGIN_SHARE);
  const [windDown, stop] = [new AbortController(), new AbortController()];
  const timers = [
    after(remainingMillis - 2 * marginMillis, () => windDown.abort()),
    after(remainingMillis - marginMillis, () => stop.abort(new JobError("jobs/out-of-time"))),
  ];
  return {
    windDown: windDown.signal,
    signal: stop.signal,
    [Symbol.dispose]: () => timers.forEach(clearTimeout),
  };
}

function after(millis: number, act: () => void): NodeJS.Timeout {
  return setTimeout(act, Math.min(millis, MAX_TIMER_MILLIS));
}
