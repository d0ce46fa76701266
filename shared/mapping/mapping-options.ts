import type { MappingOptions } from "./sync-element.ts";

/** What most importers take (MAPPING.md 14). */
export const DEFAULT_MAPPING_OPTIONS: MappingOptions = {
  vcardVersion: "3.0",
  vcardSemicolon: "escaped",
  outlookXMs: false,
  dropSensitiveIds: false,
  outlookLegacy: false,
  clip: "plain",
  stripCancelPrefix: false,
  keepSource: false,
  noHtmlAlt: false,
  defaultTimeZone: null,
  noteEml: false,
  archiveTime: null,
};
