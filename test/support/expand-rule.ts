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
