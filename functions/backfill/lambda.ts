import { createBatchAnnouncer } from "../aws/backfill.ts";
import { readBackfillEnvironment } from "../environment.ts";

/** Announces a batch of objects that lie in a bucket already. */
export const handler = createBatchAnnouncer(readBackfillEnvironment());
