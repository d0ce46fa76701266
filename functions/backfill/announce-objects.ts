import * as z from "zod";
import { createNotification } from "../convert/s3-event.ts";
import type { Log } from "../log.ts";
import { isWanted, type ListedObject, objectFilterSchema } from "./object-filter.ts";

/** The version of an object that a reader gets now. */
export interface CurrentVersion {
  readonly size: number;
  readonly etag: string;
  /** Null in a bucket without versions. */
  readonly versionId: string | null;
}

export interface AnnounceDeps {
  /** Null when there is no such object any more. */
  readonly versionOf: (bucket: string, key: string) => Promise<CurrentVersion | null>;
  /** Puts messages into the converter's queue, all of them or it throws. */
  readonly send: (bodies: readonly string[]) => Promise<void>;
  readonly log: Log;
}

/** What became of the objects of a batch. */
export interface BatchCounts {
  readonly seen: number;
  readonly announced: number;
  /** Not what the filter asks for. */
  readonly filtered: number;
  /** In a storage class that has to be restored before it can be read. */
  readonly archived: number;
  /** Deleted since the listing. */
  readonly gone: number;
}

const batchSchema = z.object({
  /** As the ListObjectsV2 reader of a Distributed Map gives them; keys are not encoded. */
  Items: z.array(
    z.object({
      Key: z.string().min(1),
      Size: z.number().min(0),
      /** Seconds since 1970, or RFC 3339. */
      LastModified: z.union([z.number().transform((seconds) => new Date(seconds * 1000)), z.coerce.date()]),
      StorageClass: z.string().optional(),
    }),
  ),
  BatchInput: objectFilterSchema.extend({ bucket: z.string().min(1) }),
});

const ARCHIVED = new Set(["GLACIER", "DEEP_ARCHIVE"]);
const PARALLEL_HEADS = 16;

/**
 * Makes what announces the objects of one batch to the converter, each by the very message that S3 would have sent. So
 * an object that was converted already leads to its old job, and nothing is converted twice.
 *
 * It throws when the store or the queue fails: the whole batch may then be done again.
 *
 * @throws ZodError for an input that is no such batch; StoreError
 */
export function createAnnouncer(deps: AnnounceDeps): (input: unknown) => Promise<BatchCounts> {
  return async (input) => {
    const { Items, BatchInput } = batchSchema.parse(input);
    const readable = Items.filter(({ StorageClass }) => !ARCHIVED.has(StorageClass ?? ""));
    const wanted = readable.map(toListed).filter((object) => isWanted(object, BatchInput));
    const bodies = await toMessages(deps, BatchInput.bucket, wanted);
    await deps.send(bodies);
    const counts = {
      seen: Items.length,
      announced: bodies.length,
      filtered: readable.length - wanted.length,
      archived: Items.length - readable.length,
      gone: wanted.length - bodies.length,
    };
    deps.log.info("objects announced", counts);
    return counts;
  };
}

function toListed({ Key, Size, LastModified }: z.infer<typeof batchSchema>["Items"][number]): ListedObject {
  return { key: Key, size: Size, lastModified: LastModified };
}

async function toMessages(
  { versionOf }: AnnounceDeps,
  bucket: string,
  objects: readonly ListedObject[],
): Promise<string[]> {
  const bodies: string[] = [];
  for (let start = 0; start < objects.length; start += PARALLEL_HEADS) {
    const group = objects.slice(start, start + PARALLEL_HEADS);
    const versions = await Promise.all(group.map(({ key }) => versionOf(bucket, key)));
    for (const [index, version] of versions.entries()) {
      const { key } = group[index] as ListedObject;
      if (version !== null) bodies.push(createNotification({ bucket, key, ...version }));
    }
  }
  return bodies;
}
