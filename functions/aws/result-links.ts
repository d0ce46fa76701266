import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { LinkedFile } from "../api/api-deps.ts";

/** Long enough to begin a download; one that has begun goes on. */
const LINK_SECONDS = 300;

/** Makes presigned links to objects of a bucket, each for one object, served under the name and type given. */
export function createResultLinks(client: S3Client, bucket: string): (file: LinkedFile) => Promise<string> {
  return async ({ key, mediaType, contentDisposition }) => {
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ResponseContentType: mediaType,
      ResponseContentDisposition: contentDisposition,
      ResponseCacheControl: "private, no-store",
    });
    return await getSignedUrl(client, command, { expiresIn: LINK_SECONDS });
  };
}
