import * as z from "zod";

/** Items that a job converts again at most: with more of them, all are converted. Keeps the record small. */
export const MAX_RETRIED_ITEMS = 10_000;

const id = z.string().min(1).max(64);

/** What a job does again that another one has done. */
export const jobRetrySchema = z.object({
  of: id,
  /** The job that the source belongs to. */
  root: id,
  /** Ordinals of the items to write, ascending, with all that is found inside of them; null for all. */
  only: z.array(z.int().min(1)).max(MAX_RETRIED_ITEMS).nullable(),
});
