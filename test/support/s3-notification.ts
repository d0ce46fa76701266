import type { ObjectFacts } from "../../shared/object-store.ts";

/** A notification just as S3 puts it into a queue, with all that is in it and all that is private in it. */
export function makeS3Notification(
  bucket: string,
  { key, size, etag }: ObjectFacts,
  sequencer = "0A1B2C3D4E5F678901",
): string {
  const encoded = encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
  const record = {
    eventVersion: "2.6",
    eventSource: "aws:s3",
    awsRegion: "us-east-1",
    eventTime: "2026-01-02T03:04:05.678Z",
    eventName: "ObjectCreated:Put",
    userIdentity: { principalId: "AWS:AROAEXAMPLE:anna" },
    requestParameters: { sourceIPAddress: "192.0.2.1" },
    responseElements: {
      "x-amz-request-id": "C3D13FE58DE4C810",
      "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S",
    },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "uploads",
      bucket: { name: bucket, ownerIdentity: { principalId: "A3NL1KOZZKExample" }, arn: `arn:aws:s3:::${bucket}` },
      object: { key: encoded, size, eTag: etag, sequencer },
    },
  };
  return JSON.stringify({ Records: [record] });
}
