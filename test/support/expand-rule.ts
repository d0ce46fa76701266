import nodeIcal, { type VEvent } from "node-ical";
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import type { MappedObject } from "../../shared/mapping/sync-element.ts";
import { compact } from "./calendar-objects.ts";

/** The RRULE line of the event, not those of its zone. */
export function ruleOf({ lines }: MappedObject): string | undefined {
  return lines.slice(lines.indexOf("BEGIN:VEVENT")).find((line) => line.startsWith("RRULE:"));
}

/** Starts of the instances as rrule-temporal sees them, which knows zones by their IANA names. No exceptions. */
export function expandedByRule(object: MappedObject, zone: string, limit = 40): readonly string[] {
  const event = object.lines.slice(object.lines.indexOf("BEGIN:VEVENT"));
  const start = event.find((line) => line.startsWith("DTSTART")) ?? "";
  const digits = start.replace(/^.*:/, "").replace("Z", "");
  const dtstart = Temporal.PlainDateTime.from(digits).toZonedDateTime(start.endsWith("Z") ? "UTC" : zone);
  const rule = new RRuleTemporal({
    rruleString: ruleOf(object)?.slice("RRULE:".length) ?? "",
    dtstart,
    temporal: Temporal,
  });
  return rule.all((_, index) => index < limit).map(({ epochMilliseconds }) => compact(epochMilliseconds));
}

/** node-ical has no patience with series that go on for long: none is asked for beyond the day of the last start. */
const lastInstant = (starts: readonly string[]): Date => {
  const [, year, month, day] = /^(....)(..)(..)/.exec(starts.toSorted().at(-1) ?? "20400101") ?? [];
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) + 2));
};

/**
 * Starts of the instances as node-ical sees them, exceptions applied, sorted; dates for whole days.
 *
 * @param others as many as another reader sees are given
 */
export function expandedByNodeIcal({ lines }: MappedObject, others: readonly string[]): readonly string[] {
  const [event] = Object.values(nodeIcal.sync.parseICS(`${lines.join("\r\n")}\r\n`)).filter(
    (component) => component?.type === "VEVENT",
  ) as VEvent[];
  if (event === undefined) throw new Error("no event");
  const instances = nodeIcal.expandRecurringEvent(event, { from: new Date(0), to: lastInstant(others) });
  return instances
    .map(({ start, isFullDay }) => (isFullDay ? localDate(start) : compact(start.getTime())))
    .sort()
    .slice(0, others.length);
}

/** node-ical gives dates as local midnights. */
function localDate(date: Date): string {
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}${digits(date.getMonth() + 1)}${digits(date.getDate())}`;
}
