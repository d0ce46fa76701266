import { parseWireMillis } from "./wire-date.ts";

/** A day off both ends of four-digit years, so that no zone and no length leads out of them. */
const EARLIEST = Date.UTC(100, 0, 1);
const LATEST = Date.UTC(9999, 11, 1);

/**
 * The instant that an element's text names, in milliseconds since 1970 UTC; null when it names none that iCalendar can
 * write.
 */
export function parseInstant(text: string | null): number | null {
  const millis = parseWireMillis(text);
  return millis === null || millis < EARLIEST || millis > LATEST ? null : millis;
}
