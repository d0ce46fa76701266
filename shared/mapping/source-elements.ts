import type { SyncElement } from "./sync-element.ts";
import { child, fieldFlag, fieldNumber, fieldText } from "./sync-fields.ts";

/** Texts of elements by their path below ApplicationData: `WeightedRank`, `Flag/Title`. */
export type SourceElements = Readonly<Record<string, string>>;

/** Enough for every known element; stops one of megabytes from filling the manifest. */
const MAX_TEXT_CHARS = 1_024;

/** Elements of class Contacts that no vCard property stands for. */
const OF_CONTACTS = ["WeightedRank", "LastModified"];
/** Elements of class Tasks that no VTODO property stands for. */
const OF_TASKS = ["OrdinalDate", "SubOrdinalDate"];
/** What DeltaSync and AirSync say of a message beside its flags. */
const OF_MAIL = [
  ...["MessageClass", "ConversationTopic", "ConversationIndex", "HasAttachments", "Size", "IsFromSomeoneAddressBook"],
  ...["IsToAllowList", "IsBondedSender", "TrustedSource", "PopAccountID", "LegacyId", "TypeData", "Version"],
];
const OF_FLAG = ["State", "Status", "Title", "FlagType", "ReminderDate", "Completed"];
const OF_RECURRENCE = [
  ...["Type", "Interval", "DayOfWeek", "DayOfMonth", "WeekOfMonth", "MonthOfYear", "Until", "Occurrences"],
  ...["CalendarType", "IsLeapMonth", "FirstDayOfWeek"],
];

export const contactElements = (data: SyncElement): SourceElements => textsOf(data, OF_CONTACTS);

export const taskElements = (data: SyncElement): SourceElements => textsOf(data, OF_TASKS);

export function mailElements(data: SyncElement): SourceElements {
  const flag = child(data, "Flag");
  return { ...textsOf(data, OF_MAIL), ...(flag === null ? {} : textsOf(flag, OF_FLAG, "Flag/")) };
}

/** A rule of a calendar that iCalendar cannot express, whole: the file has only its first instance (MAPPING.md 7.4). */
export function foreignRuleElements(data: SyncElement): SourceElements {
  const recurrence = child(data, "Recurrence");
  return recurrence === null || isGregorian(recurrence) ? {} : textsOf(recurrence, OF_RECURRENCE, "Recurrence/");
}

/** Calendars whose months and years are those of the Gregorian one (MS-ASCAL 2.2.2.10). */
const GREGORIAN_TYPES: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12]);

/** True when the months of a Recurrence element are Gregorian. */
export function isGregorian(recurrence: SyncElement): boolean {
  return GREGORIAN_TYPES.has(fieldNumber(recurrence, "CalendarType") ?? 0) && !fieldFlag(recurrence, "IsLeapMonth");
}

function textsOf(element: SyncElement, names: readonly string[], prefix = ""): SourceElements {
  const found = names.flatMap((name) => {
    const text = fieldText(element, name)?.trim().slice(0, MAX_TEXT_CHARS);
    return text === undefined ? [] : [[`${prefix}${name}`, text] as const];
  });
  return Object.fromEntries(found);
}
