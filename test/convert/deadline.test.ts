import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startDeadline } from "../../functions/convert/deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  [900_000, 840_000, 870_000],
  [60_000, 48_000, 54_000],
  [1_000, 800, 900],
])("of a run of %d ms says to wind down after %d ms and comes after %d ms", (remaining, windDown, expected) => {
  using deadline = startDeadline(remaining);
  vi.advanceTimersByTime(windDown - 1);
  expect(deadline.windDown.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(deadline.windDown.aborted).toBe(true);
  vi.advanceTimersByTime(expected - windDown - 1);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.reason).toMatchObject({ code: "jobs/out-of-time" });
});

it("does not come at once when it is months away", () => {
  using deadline = startDeadline(Number.MAX_SAFE_INTEGER);
  vi.advanceTimersByTime(3_600_000);
  expect(deadline.windDown.aborted).toBe(false);
  expect(deadline.signal.aborted).toBe(false);
});

it("never comes once it is disposed of", () => {
  const deadline = startDeadline(1_000);
  deadline[Symbol.dispose]();
  vi.advanceTimersByTime(10_000);
  expect(deadline.signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
