import type { WarningCode } from "../items/warning.ts";

/** One element of a Sync response's ApplicationData, as the mappings want to see it. */
export interface SyncElement {
  /** Local name; where several spellings are in use, the first one of the mapping's alias list. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text directly in it: XML undone, `encoding="2"` undone. */
  readonly text: string;
  readonly children: readonly SyncElement[];
}

/** What a person may choose about the mapping of calendar objects, contacts, tasks and notes. */
export interface MappingOptions {
  readonly vcardVersion: "3.0" | "4.0";
  /** `raw` leaves `;` unescaped in TEXT values, for readers that show the backslash. */
  readonly vcardSemicolon: "escaped" | "raw";
  /** Adds Outlook's own X-MS-TEL, X-MS-MANAGER and X-MS-ASSISTANT. */
  readonly outlookXMs: boolean;
  /** Leaves out customer, government and account numbers. */
  readonly dropSensitiveIds: boolean;
  /** Adds METHOD:PUBLISH, which Outlook 2003 asks for. */
  readonly outlookLegacy: boolean;
  /** How "day 29, 30 or 31 of the month" is written: plainly, or exactly by BYSETPOS. */
  readonly clip: "plain" | "setpos";
  /** Takes "Canceled: " off the subject of what is cancelled. */
  readonly stripCancelPrefix: boolean;
  /** Keeps ServerId and other source fields as X-HU01-… properties. */
  readonly keepSource: boolean;
  /** Leaves out X-ALT-DESC. */
  readonly noHtmlAlt: boolean;
  /** IANA zone for recurring items that name none. */
  readonly defaultTimeZone: string | null;
  /** Writes each note as a message too. */
  readonly noteEml: boolean;
  /** When the archive was made, `2011-01-28T08:56:56Z`: for items that say nothing of when they are from. */
  readonly archiveTime: string | null;
}

/** What a mapping knows beside the element. */
export interface MapContext {
  readonly collectionId: string;
  readonly serverId: string;
  readonly options: MappingOptions;
  /** Stands in for missing time stamps: milliseconds since 1970 UTC, or null. Never the present. */
  readonly fallbackMillis: number | null;
}

/** Unfolded content lines of one whole object (VCALENDAR … or VCARD …) and what was noticed. */
export interface MappedObject {
  readonly lines: readonly string[];
  readonly warnings: readonly WarningCode[];
  /** Summary or formatted name, for the file's name; null when there is none. */
  readonly title: string | null;
  /** Start (events, tasks), or null: for the file's name. */
  readonly dateMillis: number | null;
  /** What the source says and the lines have no place for, by element; for the manifest. */
  readonly elements?: Readonly<Record<string, string>>;
}
