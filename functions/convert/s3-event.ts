import { v5 } from "uuid";
import * as z from "zod";
import { JobError } from "../../shared/errors.ts";
import { parseJobMessage } from "./job-message.ts";

/** The version of an object that an S3 event notification speaks of. */
export interface CreatedObject {
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  readonly size: number | null;
  readonly etag: string | null;
  readonly versionId: string | null;
}

/** Why an event leads to no job. */
export type IgnoreReason = "test-event" | "not-a-creation" | "folder-key" | "empty-object";

/** What one record of a notification means for us. */
export type Notice =
  | { readonly kind: "created"; readonly object: CreatedObject }
  | { readonly kind: "job"; readonly jobId: string }
  | { readonly kind: "ignored"; readonly reason: IgnoreReason }
  | { readonly kind: "unreadable"; readonly error: JobError };

// Only what is used is looked at: the notification's version grows, and other servers than Amazon's send it too.
const testSchema = z.object({ Event: z.literal("s3:TestEvent") });
const notificationSchema = z.object({ Records: z.array(z.unknown()) });
const recordSchema = z.object({ eventName: z.string() });
const createdSchema = z.object({
  s3: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      size: z.int().min(0).nullish(),
      eTag: z.string().nullish(),
      versionId: z.string().nullish(),
    }),
  }),
});
const bridgedSchema = z.object({ source: z.literal("aws.s3"), "detail-type": z.string(), detail: z.unknown() });
const bridgedDetailSchema = z.object({
  bucket: z.object({ name: z.string().min(1) }),
  object: z.object({
    key: z.string().min(1),
    size: z.int().min(0).nullish(),
    etag: z.string().nullish(),
    "version-id": z.string().nullish(),
  }),
});

/**
 * What an S3 event notification says, record by record; one that cannot be read does not hide the others.
 *
 * @param body JSON text, as S3 or, from its bus, EventBridge puts it into a queue; or one of `createJobMessage`
 */
export function parseNotification(body: string): readonly Notice[] {
  const value = parseJson(body);
  const jobId = parseJobMessage(value);
  if (jobId !== null) return [{ kind: "job", jobId }];
  if (testSchema.safeParse(value).success) return [{ kind: "ignored", reason: "test-event" }];
  const bridged = bridgedSchema.safeParse(value);
  if (bridged.success) return [parseBridged(bridged.data)];
  const notification = notificationSchema.safeParse(value);
  return notification.success
    ? notification.data.Records.map(parseRecord)
    : [unreadable("The message has no records.")];
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function parseRecord(record: unknown): Notice {
  const event = recordSchema.safeParse(record);
  if (!event.success) return unreadable("A record names no event.");
  if (!/^(s3:)?ObjectCreated:/.test(event.data.eventName)) return { kind: "ignored", reason: "not-a-creation" };
  const created = createdSchema.safeParse(record);
  if (!created.success) return unreadable("A record names no object.");
  const { bucket, object } = created.data.s3;
  const key = decodeKey(object.key);
  if (key === null) return unreadable("A record's key is not form-URL-encoded.");
  const { size, eTag, versionId } = object;
  return toNotice({ bucket: bucket.name, key, size, etag: eTag, versionId });
}

/** Unlike S3 itself, EventBridge gives the key as it is. */
function parseBridged(event: z.infer<typeof bridgedSchema>): Notice {
  if (event["detail-type"] !== "Object Created") return { kind: "ignored", reason: "not-a-creation" };
  const detail = bridgedDetailSchema.safeParse(event.detail);
  if (!detail.success) return unreadable("An event names no object.");
  const { bucket, object } = detail.data;
  return toNotice({ bucket: bucket.name, ...object, versionId: object["version-id"] });
}

interface ToldObject {
  readonly bucket: string;
  readonly key: string;
  readonly size?: number | null | undefined;
  readonly etag?: string | null | undefined;
  readonly versionId?: string | null | undefined;
}

function toNotice({ bucket, key, size = null, etag, versionId }: ToldObject): Notice {
  if (key.endsWith("/")) return { kind: "ignored", reason: "folder-key" };
  if (size === 0) return { kind: "ignored", reason: "empty-object" };
  // "null" is the version of an object that is older than its bucket's versioning.
  const version = versionId === "null" ? null : versionId || null;
  return { kind: "created", object: { bucket, key, size, etag: etag || null, versionId: version } };
}

/** Keys in S3 notifications are form-URL-encoded: "+" is a space, "%2B" a plus. To be done exactly once. */
function decodeKey(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    return null;
  }
}

function unreadable(message: string): Notice {
  return { kind: "unreadable", error: new JobError("events/unreadable", message) };
}

/** The namespace (RFC 9562 §5.5) of the ids below. Another one would make every old event a new job. */
const NAMESPACE = "cf8b7054-de86-4e22-bb71-ed7c6d55970d";

/**
 * The id of the job that an object becomes: the same however often, by whomever and in whatever form it is announced.
 * A new version is a new job; in a bucket without versions, new content is.
 */
export function toJobId({ bucket, key, versionId, etag }: CreatedObject): string {
  return v5(JSON.stringify([bucket, key, versionId ?? etag]), NAMESPACE);
}

/** What one who is not S3 says of an object that is there. */
export interface UploadFacts {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string | null;
}

/** The body of a queue message that says what S3 would say of a new object. */
export function createNotification({ bucket, key, size, etag, versionId }: UploadFacts): string {
  const encodedKey = encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
  const version = versionId ? { versionId } : {};
  const object = { key: encodedKey, size, eTag: etag.replaceAll('"', ""), ...version };
  const record = { eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3: { bucket: { name: bucket }, object } };
  return JSON.stringify({ Records: [record] });
}

/** An SQS batch of one message with that body. */
export function createUploadEvent(facts: UploadFacts): unknown {
  return { Records: [{ messageId: "1", eventSource: "aws:sqs", body: createNotification(facts) }] };
}
