/**
 * The job table, as data: infra/ makes it so, the store relies on it, and a test compares the two.
 *
 * One item is one job. `record` is the whole record as JSON; the other attributes repeat what DynamoDB has to know of
 * it. Only they and `record` exist, so every index projects all of an item. All indexes are sorted by `place`, which is
 * the time of creation and the id: read backwards, the newest job comes first and no two share a place.
 *
 * DynamoDB takes about 1 000 writes of 1 KB a second under one key of an index, which here is one owner, or all jobs
 * of one state: some 250 jobs a second, each written four times. What is above that is throttled and tried again.
 */
export const JOBS_TABLE = {
  partitionKey: "id",
  indexes: {
    /** One owner's jobs. */
    byOwner: { name: "by-owner", partitionKey: "owner", sortKey: "place" },
    /** One owner's jobs of one state. */
    byOwnerAndStatus: { name: "by-owner-and-status", partitionKey: "ownerAndStatus", sortKey: "place" },
    /** Everybody's jobs of one state: for sweeps and administrators. */
    byStatus: { name: "by-status", partitionKey: "status", sortKey: "place" },
  },
  /** Type of each attribute that is a key of the table or of an index: S is text. */
  keyTypes: { id: "S", owner: "S", ownerAndStatus: "S", status: "S", place: "S" },
  projection: "ALL",
  billing: "PAY_PER_REQUEST",
  /** Seconds since 1970 after which DynamoDB removes the item by itself, within days; absent: never. */
  timeToLiveAttribute: "expiresAt",
} as const;
