import type { DaylightRules, Onset, ZoneRules } from "./zone-rules.ts";

/** A place whose rules are well known. */
export interface KnownRules {
  readonly id: string;
  readonly rules: ZoneRules;
}

/** A yearly onset at a full hour. */
function yearly(month: number, day: number, weekday: number, hour: number): Onset {
  return { year: 0, month, weekday, day, hour, minute: 0, second: 0 };
}

const SUNDAY = 0;
const LAST = 5;

type DaylightDates = Pick<DaylightRules, "begins" | "ends">;

/** The European Union changes everywhere at 01:00 UTC. */
function europe(standardMinutes: number): DaylightDates {
  const hour = 1 + standardMinutes / 60;
  return { begins: yearly(3, LAST, SUNDAY, hour), ends: yearly(10, LAST, SUNDAY, hour + 1) };
}

const UNITED_STATES: DaylightDates = { begins: yearly(3, 2, SUNDAY, 2), ends: yearly(11, 1, SUNDAY, 2) };
const MEXICO: DaylightDates = { begins: yearly(4, 1, SUNDAY, 2), ends: yearly(10, LAST, SUNDAY, 2) };
const AUSTRALIA: DaylightDates = { begins: yearly(10, 1, SUNDAY, 2), ends: yearly(4, 1, SUNDAY, 3) };
const NEW_ZEALAND: DaylightDates = { begins: yearly(9, LAST, SUNDAY, 2), ends: yearly(4, 1, SUNDAY, 3) };

function place(id: string, standardMinutes: number, dates: DaylightDates): KnownRules {
  return { id, rules: { standardMinutes, daylight: { offsetMinutes: standardMinutes + 60, ...dates } } };
}

/** Rules and the one place that stands for them when a blob has no name (MAPPING.md 5.2). */
export const KNOWN_RULES: readonly KnownRules[] = [
  place("Europe/London", 0, europe(0)),
  place("Europe/Berlin", 60, europe(60)),
  place("Europe/Bucharest", 120, europe(120)),
  place("America/New_York", -300, UNITED_STATES),
  place("America/Chicago", -360, UNITED_STATES),
  place("America/Denver", -420, UNITED_STATES),
  place("America/Los_Angeles", -480, UNITED_STATES),
  place("America/Anchorage", -540, UNITED_STATES),
  place("America/Halifax", -240, UNITED_STATES),
  place("America/St_Johns", -210, UNITED_STATES),
  place("America/Mexico_City", -360, MEXICO),
  place("Australia/Sydney", 600, AUSTRALIA),
  place("Australia/Adelaide", 570, AUSTRALIA),
  place("Pacific/Auckland", 720, NEW_ZEALAND),
];

/** Abbreviations that name zones; which one is meant, the offsets tell. */
export const ABBREVIATIONS: Readonly<Record<string, readonly string[]>> = {
  ACDT: ["Australia/Adelaide"],
  ACST: ["Australia/Adelaide", "Australia/Darwin"],
  ADT: ["America/Halifax"],
  AEDT: ["Australia/Sydney"],
  AEST: ["Australia/Sydney", "Australia/Brisbane"],
  AKDT: ["America/Anchorage"],
  AKST: ["America/Anchorage"],
  AST: ["America/Halifax", "America/Puerto_Rico"],
  AWST: ["Australia/Perth"],
  BST: ["Europe/London"],
  CDT: ["America/Chicago"],
  CEST: ["Europe/Berlin"],
  CET: ["Europe/Berlin"],
  CST: ["America/Chicago", "Asia/Shanghai", "America/Regina"],
  EDT: ["America/New_York"],
  EEST: ["Europe/Bucharest"],
  EET: ["Europe/Bucharest"],
  EST: ["America/New_York", "America/Panama"],
  GMT: ["Europe/London"],
  HKT: ["Asia/Hong_Kong"],
  HST: ["Pacific/Honolulu"],
  IST: ["Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"],
  JST: ["Asia/Tokyo"],
  KST: ["Asia/Seoul"],
  MDT: ["America/Denver"],
  MSK: ["Europe/Moscow"],
  MST: ["America/Denver", "America/Phoenix"],
  NDT: ["America/St_Johns"],
  NST: ["America/St_Johns"],
  NZDT: ["Pacific/Auckland"],
  NZST: ["Pacific/Auckland"],
  PDT: ["America/Los_Angeles"],
  PST: ["America/Los_Angeles"],
  SAST: ["Africa/Johannesburg"],
  UTC: ["Etc/UTC"],
  WEST: ["Europe/Lisbon"],
  WET: ["Europe/Lisbon"],
};
