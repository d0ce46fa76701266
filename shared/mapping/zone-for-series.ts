import type { ChosenZone } from "./choose-time-zone.ts";
import { deriveRules } from "./derive-rules.ts";
import { findIanaZone } from "./iana-zone.ts";
import type { Warn } from "./recurrence-pattern.ts";
import type { MappingOptions } from "./sync-element.ts";

/**
 * The zone of a recurring item that names none: the one that the person gave, else UTC (null), in which the series
 * does not follow summer time (MAPPING.md 5.6).
 *
 * @param start in milliseconds since 1970 UTC
 */
export function zoneForSeries({ defaultTimeZone }: MappingOptions, start: number, warn: Warn): ChosenZone | null {
  const zone = defaultTimeZone === null ? null : findIanaZone(defaultTimeZone);
  if (zone !== null) return { tzid: zone.id, rules: deriveRules(zone, start), zone, warning: null };
  warn("tz-unknown-recurring");
  return null;
}
