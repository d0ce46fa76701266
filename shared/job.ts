import * as z from "zod";
import { convertOptionsSchema } from "./options.ts";

/** Job states. The last five are terminal: they never change again. */
export const JOB_STATUSES = [
  "awaiting_upload",
  "queued",
  "running",
  "succeeded",
  "succeeded_with_errors",
  "failed",
  "canceled",
  "expired",
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

const count = z.int().min(0);
const instant = z.iso.datetime();

const progressSchema = z.object({
  bytesRead: count,
  bytesTotal: count,
  blocks: z.object({ ok: count, bad: count }),
  items: z.object({
    mail: count,
    calendar: count,
    contact: count,
    raw: count,
    duplicates: count,
    skipped: count,
  }),
});

/** Counts so far; bytes are of the source. */
export type JobProgress = z.infer<typeof progressSchema>;

export const jobSchema = z.object({
  id: z.string().min(1).max(64),
  /** Counts the writes of this record, from 1; the stores compare it. */
  version: z.int().min(1),
  owner: z.string().min(1),
  status: z.enum(JOB_STATUSES),
  /** How many times a worker has begun. */
  attempt: count,
  source: z.object({
    key: z.string().min(1),
    /** As the person named it; for display only, never for a path or a log. */
    filename: z.string(),
    size: count.nullable(),
    etag: z.string().nullable(),
  }),
  options: convertOptionsSchema,
  progress: progressSchema,
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
    })
    .nullable(),
  /** Who is working on it and until when; null when nobody is. */
  lease: z.object({ worker: z.string(), expiresAt: instant }).nullable(),
  createdAt: instant,
  updatedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
});

/** The record of one conversion. Times are RFC 3339 UTC with milliseconds. */
export type Job = z.infer<typeof jobSchema>;
