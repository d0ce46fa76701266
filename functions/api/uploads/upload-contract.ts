// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";
import { type ConvertOptions, convertOptionsSchema } from "../../../shared/options.ts";
import { jobViewSchema } from "../jobs/job-contract.ts";
import { callbackUrlField } from "../webhooks/webhook-contract.ts";
import { MAX_PARTS } from "./plan-upload.ts";

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

const filename = z.string().min(1).max(1024);

/** What an upload may say beside its bytes: its name, and each conversion option. */
export const uploadQuerySchema = z.strictObject({
  filename: filename.optional(),
  callbackUrl: callbackUrlField,
  dryRun: flag.openapi({ description: "Only tell what would be done." }),
  ...optionQuery,
});

/** The parameters that a request with a JSON body may have; all else stands in its body. */
export const JSON_FORM_QUERY: ReadonlySet<string> = new Set(["dryRun"]);

const bytes = z.int().min(1);

/** A file that will be sent later. */
export const newUploadSchema = z
  .strictObject({
    filename,
    size: bytes
      .optional()
      .openapi({ description: "Bytes. Without it the file comes in parts of any length up to partBytes." }),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/)
      .optional()
      .openapi({ description: "Of all bytes, in hexadecimal. Other bytes are refused, or fail the job." }),
    options: convertOptionsSchema.optional(),
    callbackUrl: callbackUrlField,
  })
  .openapi("NewUpload");

export type NewUpload = z.infer<typeof newUploadSchema>;

const partNumber = z.int().min(1).max(MAX_PARTS);

const uploadFields = {
  mode: z.enum(["single", "multipart"]),
  url: z.url().optional().openapi({ description: "single: PUT the file here." }),
  partBytes: bytes.optional().openapi({ description: "multipart: how long every part but the last is." }),
  parts: z
    .array(z.object({ part: partNumber, bytes: bytes.nullable(), url: z.url() }))
    .optional()
    .openapi({ description: "multipart: PUT each part to its url; bytes is null when the size was not announced." }),
  nextPart: partNumber
    .nullable()
    .optional()
    .openapi({ description: "multipart: GET …/upload?from= gives links for this part and those behind it." }),
  headers: z.record(z.string(), z.string()).openapi({ description: "Header fields that each PUT has to carry." }),
  expiresAt: z.iso.datetime().openapi({ description: "When the links end; GET …/upload gives new ones." }),
  givenUpAt: z.iso.datetime().openapi({ description: "When the job expires unless the file is complete." }),
};

/** Where a file is to be sent. */
const uploadViewSchema = z.object(uploadFields).openapi("Upload");

export type UploadView = z.infer<typeof uploadViewSchema>;

/** A job that waits for its file. */
export const awaitingJobSchema = z.object({ ...jobViewSchema.shape, upload: uploadViewSchema }).openapi("AwaitingJob");

const namedPart = { part: partNumber, etag: z.string().min(1).max(128) };

/** An upload with the parts that have come. */
export const uploadStateSchema = z
  .object({ ...uploadFields, received: z.array(z.object({ ...namedPart, bytes })) })
  .openapi("UploadState");

export const uploadStateQuerySchema = z.strictObject({
  from: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PARTS)
    .default(1)
    .openapi({ description: "The first part to give a link for." }),
});

/** What has been sent, as its sender knows it. */
export const completionSchema = z
  .strictObject({
    parts: z.array(z.object(namedPart)).max(MAX_PARTS).default([]).openapi({
      description: "Of an upload in parts, all of them, each with the ETag that its PUT was answered with.",
    }),
  })
  .openapi("Completion");

/** What a link of the service itself carries. */
export const linkQuerySchema = z.strictObject({
  part: z.coerce.number().int().min(1).max(MAX_PARTS).optional(),
  expires: z.iso.datetime(),
  signature: z.string().min(1).max(256),
});
