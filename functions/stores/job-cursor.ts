import * as z from "zod";
import { StoreError } from "../../shared/errors.ts";
import type { Job } from "../../shared/job.ts";

/** The last job of a page. New jobs come in front of it, so the next page is the same whatever was added. */
const placeSchema = z.tuple([z.iso.datetime(), z.string().min(1)]);

/** Where a job stands in a list, newest first: its `createdAt`, and among those of one millisecond its id. */
export type Place = z.infer<typeof placeSchema>;

/** The cursor of the page behind this job. */
export function formatCursor(job: Job): string {
  const place: Place = [job.createdAt, job.id];
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** The place that a cursor names. @throws StoreError api/request-invalid for a cursor that no store gave */
export function parseCursor(cursor: string): Place {
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
  } catch (cause) {
    throw new StoreError("api/request-invalid", "The cursor is not one that this service gave.", { cause });
  }
}
