// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";
import { type ConvertOptions, convertOptionsSchema } from "../../../shared/options.ts";

const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");

const optionFields = convertOptionsSchema.shape;

/** Each conversion option as a query parameter. */
const optionQuery = {
  carve: flag,
  vcardVersion: optionFields.vcardVersion,
  vcardSemicolon: optionFields.vcardSemicolon,
  outlookXMs: flag,
  dropSensitiveIds: flag,
  outlookLegacy: flag,
  clip: optionFields.clip,
  stripCancelPrefix: flag,
  keepSource: flag,
  noHtmlAlt: flag,
  defaultTimeZone: optionFields.defaultTimeZone,
  noteEml: flag,
  archiveTime: optionFields.archiveTime,
  pack: optionFields.pack,
  mboxHeaders: flag,
} satisfies Record<keyof ConvertOptions, z.ZodType>;

/** What an upload may say beside its bytes: its name, and each conversion option. */
export const uploadQuerySchema = z.strictObject({ filename: z.string().min(1).max(1024).optional(), ...optionQuery });
