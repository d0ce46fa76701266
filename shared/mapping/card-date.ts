import type { CardDraft } from "./card-draft.ts";
import type { SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";
import { formatUtc, parseWireDate, parseWireMillis, utcMillis, type WireDate } from "./wire-date.ts";

const DAY_MILLIS = 86_400_000;
/** The year that stands for "no year" (MAPPING.md 9.4). */
const NO_YEAR = 1604;
/** A date is written as its own noon or midnight; from this hour on it is the midnight of a zone east of Greenwich. */
const NEXT_DAY_HOUR = 13;

const MAX_YEAR = 9999;

interface CardDate {
  /** `YYYY-MM-DD`. */
  readonly digits: string;
  readonly hasYear: boolean;
}

/** BDAY: the digits of the source, never moved by a zone. A text that is no date is kept as X-HU01-BIRTHDAY. */
export function birthday(data: SyncElement, card: CardDraft): void {
  const date = cardDate(data, "Birthday", card);
  if (date === null) return;
  if (card.isV4) card.raw("BDAY", basicDate(date));
  else card.raw("BDAY", date.digits, omitYear(date));
}

/** ANNIVERSARY; 3.0 has no such property, so those that its readers know. */
export function anniversary(data: SyncElement, card: CardDraft): void {
  const date = cardDate(data, "Anniversary", card);
  if (date === null) return;
  if (card.isV4) {
    card.raw("ANNIVERSARY", basicDate(date));
    return;
  }
  card.raw("X-ANNIVERSARY", date.digits, omitYear(date));
  card.labelled("X-ABDATE", date.digits, "_$!<Anniversary>!$_", omitYear(date));
}

/** REV from the source's own time of change, never from a clock. */
export function revision(data: SyncElement, card: CardDraft): void {
  const millis = parseWireMillis(fieldText(data, "LastModified"));
  const basic = millis === null ? null : formatUtc(millis);
  if (basic === null) return;
  const extended = basic.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5");
  card.raw("REV", card.isV4 ? basic : extended);
}

function cardDate(data: SyncElement, element: string, card: CardDraft): CardDate | null {
  const text = fieldText(data, element)?.trim() ?? "";
  if (text === "") return null;
  const date = parseWireDate(text);
  if (date === null) {
    card.text(`X-HU01-${element.toUpperCase()}`, text);
    return null;
  }
  // There is no day after the last one of four digits.
  const isNextDay = date.offsetMinutes === 0 && date.hour >= NEXT_DAY_HOUR && date.year < MAX_YEAR;
  if (isNextDay) card.warn("bday-odd-time");
  const midnight = utcMillis(dateOnly(date)) + (isNextDay ? DAY_MILLIS : 0);
  const digits = new Date(midnight).toISOString().slice(0, 10);
  return { digits, hasYear: Number(digits.slice(0, 4)) !== NO_YEAR };
}

const dateOnly = (date: WireDate): WireDate => ({ ...date, hour: 0, minute: 0, second: 0, offsetMinutes: 0 });
const omitYear = (date: CardDate): string => (date.hasYear ? "" : `X-APPLE-OMIT-YEAR=${NO_YEAR}`);

/** RFC 6350 4.3.1: basic format, two hyphens for the year that is not known. */
function basicDate(date: CardDate): string {
  const digits = date.digits.replaceAll("-", "");
  return date.hasYear ? digits : `--${digits.slice(4)}`;
}
