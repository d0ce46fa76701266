import { ReaderError } from "../errors.ts";
import { type DateTeller, endDateOf, timeOfDay } from "./all-day.ts";
import { type ChosenZone, chooseTimeZone, type ZoneUse } from "./choose-time-zone.ts";
import { readExceptions, type SourceException } from "./exceptions.ts";
import { TABLE_END } from "./iana-zone.ts";
import { parseInstant } from "./parse-instant.ts";
import { readTimeZone, type SourceZone } from "./read-time-zone.ts";
import type { Warn } from "./recurrence-pattern.ts";
import { readSeries, type Series } from "./series.ts";
import type { MappingOptions, SyncElement } from "./sync-element.ts";
import { child, fieldFlag, fieldText } from "./sync-fields.ts";
import { dateFrame, type TimeFrame, timedFrame } from "./time-frame.ts";
import { zoneForSeries } from "./zone-for-series.ts";
import { DAY_MILLIS, type Zone } from "./zone-rules.ts";

/** When an event takes place and how that is written. */
export interface EventPlan {
  readonly isAllDay: boolean;
  readonly frame: TimeFrame;
  /** The zone of a `zoned` frame. */
  readonly zone: ChosenZone | null;
  /** By which dates are told. */
  readonly teller: DateTeller;
  /** In milliseconds since 1970 UTC. */
  readonly start: number;
  readonly end: number | null;
  readonly startWall: number;
  readonly endWall: number | null;
  readonly series: Series | null;
  readonly exceptions: readonly SourceException[];
}

/** An unbounded series is checked against its zone for so long (MAPPING.md 5.3). */
const UNBOUNDED_DAYS = 3 * 366;

/**
 * Decides how the times of an event are written (MAPPING.md 5 to 7).
 *
 * @throws ReaderError readers/item-unmappable when there is no start
 */
export function planEvent(data: SyncElement, options: MappingOptions, warn: Warn): EventPlan {
  const start = parseInstant(fieldText(data, "StartTime"));
  if (start === null) throw new ReaderError("readers/item-unmappable", "An event has no readable start.");
  const end = parseInstant(fieldText(data, "EndTime"));
  const isAllDay = fieldFlag(data, "AllDayEvent");
  if (end === null ? !isAllDay : end < start) warn("end-before-start");
  const source = readSource(data, warn);
  const teller: DateTeller = { zone: source?.dayZone ?? null, onInferred: () => warn("allday-zone-inferred") };
  const exceptions = readExceptions(data, warn);
  const facts: EventFacts = { recurrence: child(data, "Recurrence"), start, end, exceptions, options };
  const zone = isAllDay ? null : zoneOfEvent(facts, source, warn);
  const frame = isAllDay ? dateFrame(teller) : timedFrame(zone);
  const startWall = frame.wallOf(start);
  const series = readSeries(facts.recurrence, { frame, startWall, clip: options.clip }, warn);
  const endWall = endWallOf({ isAllDay, frame, teller }, start, end);
  return { isAllDay, frame, zone, teller, start, end, startWall, endWall, series, exceptions };
}

/** What an end needs to be written. */
export type EndFrame = Pick<EventPlan, "isAllDay" | "frame" | "teller">;

/** Wall time of an end: of all-day items the exclusive date; never before the start. Null when there is none. */
export function endWallOf({ isAllDay, frame, teller }: EndFrame, start: number, end: number | null): number | null {
  if (isAllDay) return endDateOf(teller, start, end);
  return end === null ? null : Math.max(frame.wallOf(start), frame.wallOf(Math.max(start, end)));
}

function readSource(data: SyncElement, warn: Warn): SourceZone | null {
  const text = fieldText(data, "TimeZone");
  const source = text === null ? "empty" : readTimeZone(text);
  if (source === "invalid") warn("tz-inconsistent");
  return typeof source === "string" ? null : source;
}

interface EventFacts {
  readonly recurrence: SyncElement | null;
  readonly start: number;
  readonly end: number | null;
  readonly exceptions: readonly SourceException[];
  readonly options: MappingOptions;
}

function zoneOfEvent(facts: EventFacts, source: SourceZone | null, warn: Warn): ChosenZone | null {
  // Only what recurs needs a zone, to follow its summer time.
  if (source === null) {
    return silentSeries(facts, timedFrame(null)) === null ? null : zoneForSeries(facts.options, facts.start, warn);
  }
  const chosen = chooseTimeZone(source, (zone) => zoneUse(facts, zone));
  const warning = chosen === null ? "tz-custom" : chosen.warning;
  if (warning !== null) warn(warning);
  return chosen;
}

function silentSeries(facts: EventFacts, frame: TimeFrame): Series | null {
  const at = { frame, startWall: frame.wallOf(facts.start), clip: facts.options.clip };
  return readSeries(facts.recurrence, at, () => {});
}

function zoneUse(facts: EventFacts, zone: Zone): ZoneUse {
  const { start, end, exceptions } = facts;
  const duration = end === null || end < start ? 0 : end - start;
  const frame = timedFrame({ tzid: "", zone });
  const series = silentSeries(facts, frame);
  const ofExceptions = exceptions.flatMap(({ original, deleted, element }) => {
    if (deleted) return [original];
    const times = [fieldText(element, "StartTime"), fieldText(element, "EndTime")].map(parseInstant);
    return [original, ...times.filter((time) => time !== null)];
  });
  const instants = [start, start + duration, ...ofExceptions];
  if (series === null) return { instants, instances: null };
  const startWall = frame.wallOf(start);
  const lastDay = series.isBounded ? TABLE_END : startWall + UNBOUNDED_DAYS * DAY_MILLIS;
  const instances: number[] = [];
  for (const day of series.daysUpTo(lastDay)) {
    const instant = frame.instantOf(day + timeOfDay(startWall));
    // What lies behind the tables of zones cannot be compared, and no reader looks that far.
    if (instant + duration < TABLE_END) instances.push(instant, instant + duration);
  }
  return { instants, instances };
}
