import { HeadObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { StoreError } from "../../shared/errors.ts";
import type { CurrentVersion } from "../backfill/announce-objects.ts";

/** Asks S3 for the current version of objects. */
export function createVersionReader(client: S3Client): (bucket: string, key: string) => Promise<CurrentVersion | null> {
  return async (bucket, key) => {
    try {
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      const { ContentLength: size = 0, ETag = "", VersionId = null } = head;
      return { size, etag: ETag.replaceAll('"', ""), versionId: VersionId === "null" ? null : VersionId };
    } catch (cause) {
      if (cause instanceof S3ServiceException && cause.$metadata.httpStatusCode === 404) return null;
      throw new StoreError("stores/read-failed", undefined, { cause });
    }
  };
}
