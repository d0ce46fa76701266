// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";
import { type Job, jobSchema } from "../../../shared/job.ts";
import { JOB_STATUSES } from "../../../shared/job-status.ts";
import { convertOptionsSchema } from "../../../shared/options.ts";
import type { Principal } from "../api-deps.ts";
import { pageQuery } from "../http/page-query.ts";
import { callbackUrlField, callbackViewSchema } from "../webhooks/webhook-contract.ts";

const jobFields = jobSchema.shape;

/** A job as its owner sees it: the record without lease, version and store keys. */
export const jobViewSchema = z
  .object({
    id: jobFields.id,
    owner: jobFields.owner.optional().openapi({ description: "Whose job it is; told to administrators only." }),
    status: jobFields.status,
    attempt: jobFields.attempt,
    source: z.object({ filename: z.string(), size: z.int().min(0).nullable() }),
    options: convertOptionsSchema,
    retryOf: z.string().nullable().openapi({ description: "The job whose archive this one converts again." }),
    retriedItems: z.int().min(1).nullable().openapi({ description: "How many items it writes; null for all." }),
    progress: jobFields.progress,
    error: jobFields.error,
    callback: callbackViewSchema,
    createdAt: jobFields.createdAt,
    updatedAt: jobFields.updatedAt,
    startedAt: jobFields.startedAt,
    finishedAt: jobFields.finishedAt,
    links: z.object({
      self: z.string(),
      files: z.string(),
      events: z.string(),
      report: z.string(),
      manifest: z.string(),
      errors: z.string(),
      archive: z.string(),
      calendar: z.string(),
      contacts: z.string(),
    }),
  })
  .openapi("Job");

export type JobView = z.infer<typeof jobViewSchema>;

/** One page of jobs, newest first; `nextCursor` is null on the last page. */
export const jobListSchema = z
  .object({ jobs: z.array(jobViewSchema), nextCursor: z.string().nullable() })
  .openapi("JobList");

export const jobListQuerySchema = z.strictObject({
  owner: z
    .literal("all")
    .optional()
    .openapi({ description: "Everybody's jobs, of one status, for administrators; without it your own." }),
  status: z.enum(JOB_STATUSES).optional(),
  since: z.iso.datetime({ offset: true }).optional().openapi({ description: "Jobs made at that time or later." }),
  ...pageQuery,
});

/** What may be said when a job is to be done again. */
export const retrySchema = z
  .strictObject({
    items: z
      .enum(["failed", "all"])
      .default("failed")
      .openapi({ description: "Only what was skipped or came out partial, or all items." }),
    options: convertOptionsSchema.optional().openapi({ description: "Those of the earlier job when absent." }),
    callbackUrl: callbackUrlField,
  })
  .openapi("Retry");

export type Retry = z.infer<typeof retrySchema>;

export const jobParamsSchema = z.object({ id: z.string() });

/** The view of a record that may leave the house; `viewer` is who gets it. */
export function toJobView(job: Job, viewer?: Principal): JobView {
  const self = `/v1/jobs/${encodeURIComponent(job.id)}`;
  return {
    id: job.id,
    ...(viewer?.isAdmin ? { owner: job.owner } : {}),
    status: job.status,
    attempt: job.attempt,
    source: { filename: job.source.filename, size: job.source.size },
    options: job.options,
    retryOf: job.retry?.of ?? null,
    retriedItems: job.retry?.only?.length ?? null,
    progress: job.progress,
    error: job.error,
    callback: job.callback,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    links: {
      self,
      files: `${self}/files`,
      events: `${self}/events`,
      report: `${self}/report`,
      manifest: `${self}/manifest`,
      errors: `${self}/errors`,
      archive: `${self}/archive.zip`,
      calendar: `${self}/calendar.ics`,
      contacts: `${self}/contacts.vcf`,
    },
  };
}
