import { JobError } from "../../shared/errors.ts";

/** Time kept back for ending a job properly: its files deleted, its record stored. */
const MAX_MARGIN_MILLIS = 30_000;
const MARGIN_SHARE = 0.1;
/** The longest that a timer can wait; it takes anything longer for one millisecond. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** A signal that is given in time, until it is disposed of. */
export interface Deadline extends Disposable {
  /** Its reason is a JobError jobs/out-of-time. */
  readonly signal: AbortSignal;
}

/** A deadline a tenth, at most 30 s, before the time of this run is used up. */
export function startDeadline(remainingMillis: number): Deadline {
  const controller = new AbortController();
  const workMillis = remainingMillis - Math.min(MAX_MARGIN_MILLIS, remainingMillis * MARGIN_SHARE);
  const giveUp = () => controller.abort(new JobError("jobs/out-of-time"));
  const timer = setTimeout(giveUp, Math.min(workMillis, MAX_TIMER_MILLIS));
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
