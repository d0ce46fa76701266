import type { WarningCode } from "../items/warning.ts";
import { calendarLines, stampLines, textLines } from "./calendar-lines.ts";
import { eventLines, subjectOf } from "./event-lines.ts";
import { type EventPlan, planEvent } from "./event-plan.ts";
import { checkRepetition, type ResolvedException, resolveExceptions } from "./exceptions.ts";
import { uidOfGlobalObjectId } from "./global-object-id.ts";
import { type OverrideOf, overrideLines } from "./override-lines.ts";
import { parseInstant } from "./parse-instant.ts";
import type { Warn } from "./recurrence-pattern.ts";
import { foreignRuleElements } from "./source-elements.ts";
import { syntheticUid } from "./stable-id.ts";
import type { MapContext, MappedObject, SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";
import { timeLine } from "./time-frame.ts";
import { timeZoneLines } from "./vtimezone.ts";

/**
 * Maps ApplicationData of class Calendar to one VCALENDAR: the zone it uses, the event, and its changed instances
 * (MAPPING.md 4).
 *
 * @param data children as AirSync names them
 * @throws ReaderError readers/item-unmappable when there is no start, or far too much to repeat
 */
export function mapEvent(data: SyncElement, context: MapContext): MappedObject {
  const warnings = new Set<WarningCode>();
  const warn: Warn = (code) => warnings.add(code);
  const plan = planEvent(data, context.options, warn);
  const exceptions = resolveExceptions(plan.exceptions, plan.series, plan, warn);
  const identity = identityOf(uidOf(data, context, warn), context, warn);
  const changed = exceptions.filter(({ deleted }) => !deleted);
  checkRepetition(data, changed.length);
  const of: OverrideOf = { data, plan, context, identity };
  const components = [
    ...(plan.zone === null ? [] : timeZoneLines(plan.zone.tzid, plan.zone.rules)),
    ...masterLines(of, exceptions, warn),
    ...changed.flatMap((exception) => overrideLines(of, exception, warn)),
  ];
  return {
    lines: calendarLines(context.options, components),
    warnings: [...warnings],
    title: subjectOf(data, context),
    dateMillis: plan.isAllDay ? plan.startWall : plan.start,
    elements: foreignRuleElements(data),
  };
}

function masterLines(
  { data, plan, context, identity }: OverrideOf,
  exceptions: readonly ResolvedException[],
  warn: Warn,
) {
  return [
    "BEGIN:VEVENT",
    ...identity(data),
    ...instanceLines(data, plan),
    timeLine("DTSTART", plan.frame, plan.startWall),
    ...(plan.endWall === null ? [] : [timeLine("DTEND", plan.frame, plan.endWall)]),
    ...seriesLines(plan, exceptions),
    ...eventLines(data, context, warn),
    "END:VEVENT",
  ];
}

/** A meeting request about one occurrence says which; as an event without that it would replace the series. */
function instanceLines(data: SyncElement, { series, frame }: EventPlan): readonly string[] {
  const original = series === null ? parseInstant(fieldText(data, "RecurrenceId")) : null;
  return original === null ? [] : [timeLine("RECURRENCE-ID", frame, frame.wallOf(original))];
}

/** Without a rule there is nothing to take instances out of, least of all the only one. */
function seriesLines({ series, frame }: EventPlan, exceptions: readonly ResolvedException[]): readonly string[] {
  if (series === null) return [];
  const deleted = exceptions.filter((exception) => exception.deleted);
  return [`RRULE:${series.rule}`, ...deleted.map(({ originalWall }) => timeLine("EXDATE", frame, originalWall))];
}

/** UID, DTSTAMP and SEQUENCE, in an event and its changed instances alike. */
function identityOf(uid: string, context: MapContext, warn: Warn): OverrideOf["identity"] {
  return (data) => [...textLines("UID", uid), ...stampLines(data, context.fallbackMillis, warn), "SEQUENCE:0"];
}

function uidOf(data: SyncElement, context: MapContext, warn: Warn): string {
  const stated = fieldText(data, "UID", "ClientUid")?.trim();
  if (stated) return stated;
  const globalObjectId = uidOfGlobalObjectId(fieldText(data, "GlobalObjId") ?? "");
  if (globalObjectId !== null) return globalObjectId;
  warn("uid-synthesised");
  return syntheticUid(context);
}
