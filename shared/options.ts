import * as z from "zod";

/** What a person may choose about a conversion. Goes into the report: same input + same options = same bytes. */
export const convertOptionsSchema = z.strictObject({
  /** Look for HU01 data by its signature when the input does not begin with it. */
  carve: z.boolean().default(false),
});

export type ConvertOptions = z.infer<typeof convertOptionsSchema>;

export const DEFAULT_OPTIONS: ConvertOptions = convertOptionsSchema.parse({});
