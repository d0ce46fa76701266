// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";
import { JOB_STATUSES, type Job, jobSchema } from "../../shared/job.ts";
import { type ConvertOptions, convertOptionsSchema } from "../../shared/options.ts";

const jobFields = jobSchema.shape;

/** A job as its owner sees it: the record without lease, owner, version and store keys. */
export const jobViewSchema = z
  .object({
    id: jobFields.id,
    status: jobFields.status,
    attempt: jobFields.attempt,
    source: z.object({ filename: z.string(), size: z.int().min(0).nullable() }),
    options: convertOptionsSchema,
    progress: jobFields.progress,
    error: jobFields.error,
    createdAt: jobFields.createdAt,
    updatedAt: jobFields.updatedAt,
    startedAt: jobFields.startedAt,
    finishedAt: jobFields.finishedAt,
    links: z.object({ self: z.string(), files: z.string() }),
  })
  .openapi("Job");

export type JobView = z.infer<typeof jobViewSchema>;

/** One page of jobs, newest first; `nextCursor` is null on the last page. */
export const jobListSchema = z
  .object({ jobs: z.array(jobViewSchema), nextCursor: z.string().nullable() })
  .openapi("JobList");

/** A file of a job's result. `url` leads to its content. */
const fileViewSchema = z
  .object({ path: z.string(), size: z.int().min(0), mediaType: z.string(), url: z.string() })
  .openapi("File");

export type FileView = z.infer<typeof fileViewSchema>;

/** One page of files, by path in code-unit order; `nextCursor` is null on the last page. */
export const fileListSchema = z
  .object({ files: z.array(fileViewSchema), nextCursor: z.string().nullable() })
  .openapi("FileList");

/** One thing that is wrong with a request. */
const requestFaultSchema = z.object({
  in: z.enum(["query", "path", "header", "body"]),
  name: z.string(),
  detail: z.string(),
});

export type RequestFault = z.infer<typeof requestFaultSchema>;

/** RFC 9457 problem details; `code` is stable, `instance` names this occurrence in the service's log. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    errors: z.array(requestFaultSchema).optional(),
  })
  .openapi("Problem");

export type Problem = z.infer<typeof problemSchema>;

/** The documentation of one problem type. */
export const problemTypeSchema = z
  .object({
    code: z.string(),
    status: z.int().min(400).max(599),
    meaning: z.string(),
    retry: z.boolean(),
    remedy: z.string(),
  })
  .openapi("ProblemType");

export const healthSchema = z.object({ status: z.literal("ok"), version: z.string() }).openapi("Health");

/** Pages are 1 to 1000 entries long. */
const limit = z.coerce.number().int().min(1).max(1000).default(50);
const cursor = z.string().min(1).max(2048).optional();

export const jobListQuerySchema = z.strictObject({ status: z.enum(JOB_STATUSES).optional(), limit, cursor });
export const fileListQuerySchema = z.strictObject({ limit, cursor });

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
  pack: optionFields.pack,
  mboxHeaders: flag,
} satisfies Record<keyof ConvertOptions, z.ZodType>;

/** What an upload may say beside its bytes: its name, and each conversion option. */
export const uploadQuerySchema = z.strictObject({ filename: z.string().min(1).max(1024).optional(), ...optionQuery });

export const jobParamsSchema = z.object({ id: z.string() });
export const fileParamsSchema = z.object({ id: z.string(), path: z.string() });
export const problemParamsSchema = z.object({ room: z.string(), slug: z.string() });

/** The view of a record that may leave the house. */
export function toJobView(job: Job): JobView {
  const self = `/v1/jobs/${encodeURIComponent(job.id)}`;
  return {
    id: job.id,
    status: job.status,
    attempt: job.attempt,
    source: { filename: job.source.filename, size: job.source.size },
    options: job.options,
    progress: job.progress,
    error: job.error,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    links: { self, files: `${self}/files` },
  };
}
