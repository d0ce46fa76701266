import { dayOf, endDateOf } from "./all-day.ts";
import { eventLines } from "./event-lines.ts";
import { type EventPlan, endWallOf } from "./event-plan.ts";
import { overlayException, type ResolvedException } from "./exceptions.ts";
import { parseInstant } from "./parse-instant.ts";
import type { Warn } from "./recurrence-pattern.ts";
import type { MapContext, SyncElement } from "./sync-element.ts";
import { fieldFlag, fieldText } from "./sync-fields.ts";
import { dateFrame, type TimeFrame, timedFrame, timeLine } from "./time-frame.ts";
import { DAY_MILLIS } from "./zone-rules.ts";

/** The series that an override belongs to. */
export interface OverrideOf {
  readonly data: SyncElement;
  readonly plan: EventPlan;
  readonly context: MapContext;
  /** UID to SEQUENCE, which the override shares. */
  readonly identity: (data: SyncElement) => readonly string[];
}

/** The VEVENT of one changed instance (MAPPING.md 8). */
export function overrideLines(of: OverrideOf, exception: ResolvedException, warn: Warn): readonly string[] {
  const { plan, context } = of;
  const data = overlayException(of.data, exception.element);
  const times = overrideTimes(plan, exception, fieldFlag(data, "AllDayEvent"), warn);
  return [
    "BEGIN:VEVENT",
    ...of.identity(data),
    timeLine("RECURRENCE-ID", plan.frame, exception.originalWall),
    timeLine("DTSTART", times.frame, times.startWall),
    ...(times.endWall === null ? [] : [timeLine("DTEND", times.frame, times.endWall)]),
    ...eventLines(data, context, warn),
    "END:VEVENT",
  ];
}

interface OverrideTimes {
  readonly frame: TimeFrame;
  readonly startWall: number;
  readonly endWall: number | null;
}

function overrideTimes(plan: EventPlan, exception: ResolvedException, isAllDay: boolean, warn: Warn): OverrideTimes {
  const [start, end] = ["StartTime", "EndTime"].map((name) => {
    const text = fieldText(exception.element, name);
    const instant = parseInstant(text);
    if (text !== null && instant === null) warn("exception-unresolved");
    return instant;
  });
  const frame = frameOf(plan, isAllDay);
  const original = exception.originalWall;
  const unmoved = isAllDay && !plan.isAllDay ? dayOf(original) : frame.wallOf(plan.frame.instantOf(original));
  const startWall = start == null ? unmoved : frame.wallOf(start);
  if (end == null) return { frame, startWall, endWall: inheritedEnd(plan, frame, startWall, isAllDay) };
  const startInstant = start ?? frame.instantOf(startWall);
  if (end < startInstant) warn("end-before-start");
  return { frame, startWall, endWall: endOf(plan, frame, startInstant, end) };
}

/** An instance may be of the other kind than its series: then it is told in dates, or in UTC. */
function frameOf(plan: EventPlan, isAllDay: boolean): TimeFrame {
  if (isAllDay === plan.isAllDay) return plan.frame;
  return isAllDay ? dateFrame(plan.teller) : timedFrame(null);
}

function endOf(plan: EventPlan, frame: TimeFrame, start: number, end: number): number | null {
  if (frame.kind === "date") return endDateOf(plan.teller, start, end);
  return endWallOf({ isAllDay: false, frame, teller: plan.teller }, start, end);
}

/** As long as the series' own event. */
function inheritedEnd(plan: EventPlan, frame: TimeFrame, startWall: number, isAllDay: boolean): number | null {
  if (isAllDay && !plan.isAllDay) return startWall + DAY_MILLIS;
  if (plan.endWall === null) return null;
  if (isAllDay) return startWall + (plan.endWall - plan.startWall);
  const duration = plan.frame.instantOf(plan.endWall) - plan.frame.instantOf(plan.startWall);
  return frame.wallOf(frame.instantOf(startWall) + duration);
}
