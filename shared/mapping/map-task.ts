import type { WarningCode } from "../items/warning.ts";
import { alarmLines, calendarLines, classLines, stampLines, textLines, utcLines } from "./calendar-lines.ts";
import { bodyLines, categoryLines } from "./event-lines.ts";
import type { Warn } from "./recurrence-pattern.ts";
import { foreignRuleElements, taskElements } from "./source-elements.ts";
import { syntheticUid } from "./stable-id.ts";
import type { MapContext, MappedObject, SyncElement } from "./sync-element.ts";
import { fieldFlag, fieldNumber, fieldText } from "./sync-fields.ts";
import { planTask } from "./task-plan.ts";
import { timeZoneLines } from "./vtimezone.ts";

/** Importance 0 to 2 as PRIORITY (RFC 5545 3.8.1.9). */
const PRIORITIES = [9, 5, 1] as const;

/**
 * Maps ApplicationData of class Tasks to one VCALENDAR with a VTODO (MAPPING.md 10).
 *
 * @param data children as AirSync names them
 * @throws ReaderError readers/item-unmappable when a date is there but cannot be read
 */
export function mapTask(data: SyncElement, context: MapContext): MappedObject {
  const warnings = new Set<WarningCode>();
  const warn: Warn = (code) => warnings.add(code);
  const plan = planTask(data, context.options, warn);
  const zone = plan.zone === null ? [] : timeZoneLines(plan.zone.tzid, plan.zone.rules);
  const task = [
    "BEGIN:VTODO",
    // Tasks never have a UID of their own, so that this is no repair.
    ...textLines("UID", fieldText(data, "UID")?.trim() || syntheticUid(context)),
    ...stampLines(data, context.fallbackMillis, warn),
    "SEQUENCE:0",
    ...plan.lines,
    ...textLines("SUMMARY", fieldText(data, "Subject")),
    ...bodyLines(data, context, warn),
    ...categoryLines(data),
    ...priorityLines(data),
    ...statusLines(data),
    ...classLines(data),
    ...(context.options.keepSource ? textLines("X-HU01-SERVERID", context.serverId) : []),
    ...reminderLines(data),
    "END:VTODO",
  ];
  return {
    lines: calendarLines(context.options, [...zone, ...task]),
    warnings: [...warnings],
    title: fieldText(data, "Subject"),
    dateMillis: plan.dateMillis,
    elements: { ...taskElements(data), ...foreignRuleElements(data) },
  };
}

function priorityLines(data: SyncElement): readonly string[] {
  const priority = PRIORITIES[fieldNumber(data, "Importance") ?? -1];
  return priority === undefined ? [] : [`PRIORITY:${priority}`];
}

function statusLines(data: SyncElement): readonly string[] {
  if (!fieldFlag(data, "Complete")) return ["STATUS:NEEDS-ACTION"];
  return ["STATUS:COMPLETED", "PERCENT-COMPLETE:100", ...utcLines("COMPLETED", fieldText(data, "DateCompleted"))];
}

/** An absolute trigger, since a relative one would need a start or due date. */
function reminderLines(data: SyncElement): readonly string[] {
  if (!fieldFlag(data, "ReminderSet")) return [];
  return utcLines("TRIGGER", fieldText(data, "ReminderTime"), "VALUE=DATE-TIME").flatMap(alarmLines);
}
