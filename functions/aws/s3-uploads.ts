import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { ApiError } from "../../shared/errors.ts";
import type { ObjectFacts } from "../../shared/object-store.ts";
import type { ArrivedPart, LinkTerms, UploadJob, UploadSlot, UploadTargets } from "../api/uploads/upload-targets.ts";
import { readFailed, toFault, writeFailed } from "../stores/aws-fault.ts";
import { toEtag } from "../stores/s3-read.ts";

const CHECKSUM_HEADER = "x-amz-checksum-sha256";

/**
 * Uploads that go to S3 past the API, by presigned links. Size and SHA-256 are signed header fields, so S3 itself
 * refuses other bytes, and one link stores one object: `If-None-Match: *` keeps it from replacing what is there. The
 * SHA-256 of an upload in parts S3 cannot check; the converter does, which reads every byte.
 *
 * @param client with `requestChecksumCalculation: "WHEN_REQUIRED"`: else the checksum of no bytes would be signed
 */
export function createS3Uploads(client: S3Client, bucket: string): UploadTargets {
  const place = ({ source }: UploadJob) => ({ Bucket: bucket, Key: source.key });
  const partsPlace = (job: UploadJob) => ({ ...place(job), UploadId: job.upload.multipart?.id ?? "" });
  return {
    begin: async (key) => {
      const begun = await client
        .send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }))
        .catch(failWriting);
      return begun.UploadId ?? "";
    },
    headersOf: ({ upload }) => (upload.multipart === null ? headersOf(upload.sha256) : {}),
    linkTo: async (job, slot, terms) =>
      slot.part === null
        ? await signPut(client, place(job), job.upload.sha256, slot, terms)
        : await signPart(client, partsPlace(job), slot.part, slot, terms),
    arrived: (job) => listParts(client, partsPlace(job)),
    complete: async (job, parts) => await completeUpload(client, partsPlace(job), parts),
    abort: async (job) => {
      if (job.upload.multipart === null) return;
      await client.send(new AbortMultipartUploadCommand(partsPlace(job))).catch((error: unknown) => {
        if (toFault(error).status !== 404) throw writeFailed(error);
      });
    },
  };
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}
type PartsPlace = Place & { readonly UploadId: string };

function headersOf(sha256: string | null): Record<string, string> {
  return { "if-none-match": "*", ...(sha256 === null ? {} : { [CHECKSUM_HEADER]: toBase64(sha256) }) };
}

async function signPut(
  client: S3Client,
  place: Place,
  sha256: string | null,
  { bytes }: UploadSlot,
  terms: LinkTerms,
): Promise<string> {
  const command = new PutObjectCommand({
    ...place,
    IfNoneMatch: "*",
    ...(bytes === null ? {} : { ContentLength: bytes }),
    ...(sha256 === null ? {} : { ChecksumSHA256: toBase64(sha256) }),
  });
  // As a query parameter S3 would not compare it with anything.
  return await getSignedUrl(client, command, { ...termsOf(terms), unhoistableHeaders: new Set([CHECKSUM_HEADER]) });
}

async function signPart(
  client: S3Client,
  place: PartsPlace,
  part: number,
  { bytes }: UploadSlot,
  terms: LinkTerms,
): Promise<string> {
  const length = bytes === null ? {} : { ContentLength: bytes };
  return await getSignedUrl(client, new UploadPartCommand({ ...place, PartNumber: part, ...length }), termsOf(terms));
}

function termsOf({ seconds, now }: LinkTerms) {
  return { expiresIn: seconds, signingDate: now };
}

/** None when the upload is over, whether it was completed or aborted. */
async function listParts(client: S3Client, place: PartsPlace): Promise<ArrivedPart[]> {
  const parts: ArrivedPart[] = [];
  let marker: string | undefined;
  do {
    const command = new ListPartsCommand({ ...place, ...(marker === undefined ? {} : { PartNumberMarker: marker }) });
    const page = await client.send(command).catch((error: unknown) => {
      if (toFault(error).status === 404) return null;
      throw readFailed(error);
    });
    if (page === null) return [];
    for (const { PartNumber = 0, Size = 0, ETag = "" } of page.Parts ?? []) {
      parts.push({ part: PartNumber, bytes: Size, etag: toEtag(ETag) });
    }
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return parts;
}

async function completeUpload(
  client: S3Client,
  place: PartsPlace,
  parts: readonly ArrivedPart[],
): Promise<ObjectFacts> {
  const Parts = parts.map(({ part, etag }) => ({ PartNumber: part, ETag: `"${etag}"` }));
  const command = new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts } });
  const { ETag = "" } = await client.send(command).catch((error: unknown) => {
    throw REFUSALS.has(toFault(error).system) ? incomplete(error) : writeFailed(error);
  });
  const size = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return { key: place.Key, size, etag: toEtag(ETag) };
}

/** What S3 says of parts that cannot become an object. */
const REFUSALS: ReadonlySet<string> = new Set(["NoSuchUpload", "InvalidPart", "InvalidPartOrder", "EntityTooSmall"]);

function incomplete(cause: unknown): ApiError {
  const message = "The store does not take the parts: every part but the last needs 5 MiB, and each must be there.";
  return new ApiError("api/upload-incomplete", message, { cause });
}

function toBase64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

function failWriting(error: unknown): never {
  throw writeFailed(error);
}
