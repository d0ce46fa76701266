import * as z from "zod";
import { DEFAULT_MAPPING_OPTIONS as mapping } from "./mapping/mapping-options.ts";

/** What a person may choose about a conversion. Goes into the report: same input + same options = same bytes. */
export const convertOptionsSchema = z.strictObject({
  /** Look for HU01 data by its signature when the input does not begin with it. */
  carve: z.boolean().default(false),
  /** Version of the vCards made of contacts. */
  vcardVersion: z.enum(["3.0", "4.0"]).default(mapping.vcardVersion),
  /** How `;` stands in the text of vCards. */
  vcardSemicolon: z.enum(["escaped", "raw"]).default(mapping.vcardSemicolon),
  /** Add Outlook's X-MS-TEL, X-MS-MANAGER and X-MS-ASSISTANT to vCards. */
  outlookXMs: z.boolean().default(mapping.outlookXMs),
  /** Leave customer, government and account numbers out of vCards. */
  dropSensitiveIds: z.boolean().default(mapping.dropSensitiveIds),
  /** Add METHOD:PUBLISH to calendars, for Outlook 2003. */
  outlookLegacy: z.boolean().default(mapping.outlookLegacy),
  /** How "day 29, 30 or 31 of every month" is written. */
  clip: z.enum(["plain", "setpos"]).default(mapping.clip),
  /** Take "Canceled: " off the subject of cancelled meetings. */
  stripCancelPrefix: z.boolean().default(mapping.stripCancelPrefix),
  /** Keep ServerId and other source fields as X-HU01 properties. */
  keepSource: z.boolean().default(mapping.keepSource),
  /** Leave out the HTML copy of descriptions. */
  noHtmlAlt: z.boolean().default(mapping.noHtmlAlt),
  /** IANA time zone for recurring items that name none. */
  defaultTimeZone: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/)
    .max(64)
    .nullable()
    .default(mapping.defaultTimeZone),
  /** Write each note as a message too. */
  noteEml: z.boolean().default(mapping.noteEml),
  /** When the archive was made, in UTC: the date of items that have none. */
  archiveTime: z.iso.datetime().nullable().default(mapping.archiveTime),
  /** What the files go into: nothing but folders, ZIP, mbox (mail only) or a tar of a Maildir (mail only). */
  pack: z.enum(["files", "zip", "mbox", "maildir"]).default("files"),
  /** In an mbox, add what the server knew of each message (read, flagged, …) as header fields. */
  mboxHeaders: z.boolean().default(false),
});

export type ConvertOptions = z.infer<typeof convertOptionsSchema>;

export const DEFAULT_OPTIONS: ConvertOptions = convertOptionsSchema.parse({});
