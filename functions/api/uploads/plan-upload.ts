import { ApiError } from "../../../shared/errors.ts";
import type { JobUpload } from "../../../shared/job-upload.ts";
import type { ArrivedPart, UploadSlot } from "./upload-targets.ts";

const MEBIBYTE = 1024 ** 2;
/** Up to here one request brings a file: what breaks off is sent again in a minute or two. */
const MAX_SINGLE_BYTES = 100_000_000;
/** What is taken at all, as far as the client says how much it is; a conversion has its own limits. */
const MAX_UPLOAD_BYTES = 50 * 1024 ** 3;
/** So that what completes an upload, which names them all, stays below 64 KiB of JSON; S3 takes 10 000. */
export const MAX_PARTS = 900;
/** At least; a part that breaks off costs little. */
const MIN_PART_BYTES = 16 * MEBIBYTE;
/** Of an upload that may become as large as any. */
const UNKNOWN_PART_BYTES = partBytesOf(MAX_UPLOAD_BYTES);
/** Links in one answer: 1 GiB of parts or more. Each is up to 2 KB long, and a Lambda answers with 6 MB at most. */
const LINKS_PER_ANSWER = 64;

const SINGLE_MILLIS = 3_600_000;
const MULTIPART_MILLIS = 24 * 3_600_000;

/** How an upload comes in. */
export interface UploadPlan {
  /** Null: in one request. */
  readonly partBytes: number | null;
  /** From now on, when the upload counts as given up. */
  readonly lifeMillis: number;
}

/**
 * One request up to 100 MB; beyond, and when the size is not known, parts of 16 to 57 MiB.
 *
 * @throws ApiError api/payload-too-large
 */
export function planUpload(size: number | null): UploadPlan {
  if (size !== null && size > MAX_UPLOAD_BYTES) throw tooLarge(size);
  if (size !== null && size <= MAX_SINGLE_BYTES) return { partBytes: null, lifeMillis: SINGLE_MILLIS };
  return { partBytes: size === null ? UNKNOWN_PART_BYTES : partBytesOf(size), lifeMillis: MULTIPART_MILLIS };
}

/** Whole MiB. */
function partBytesOf(size: number): number {
  return Math.max(MIN_PART_BYTES, Math.ceil(size / MAX_PARTS / MEBIBYTE) * MEBIBYTE);
}

/** The parts of an upload from a number on, as many as one answer names. */
export function slotsFrom({ size, multipart }: JobUpload, from: number): readonly UploadSlot[] {
  if (multipart === null) return [];
  const { partBytes } = multipart;
  const last = size === null ? MAX_PARTS : Math.ceil(size / partBytes);
  const count = Math.max(0, Math.min(LINKS_PER_ANSWER, last - from + 1));
  return Array.from({ length: count }, (_, index) => {
    const part = from + index;
    return { part, bytes: size === null ? null : Math.min(partBytes, size - (part - 1) * partBytes) };
  });
}

/** The number behind the last of some slots; null when there is no such part. */
export function partAfter(upload: JobUpload, slots: readonly UploadSlot[]): number | null {
  const next = (slots.at(-1)?.part ?? Number.POSITIVE_INFINITY) + 1;
  return slotsFrom(upload, next).length === 0 ? null : next;
}

/**
 * Compares the parts that a client names with those that have arrived: the same ones, from 1 on, and together as many
 * bytes as were announced.
 *
 * @throws ApiError api/upload-incomplete, jobs/upload-mismatch, api/payload-too-large
 */
export function checkParts(
  { size }: JobUpload,
  named: readonly Pick<ArrivedPart, "part" | "etag">[],
  arrived: readonly ArrivedPart[],
): readonly ArrivedPart[] {
  if (named.length === 0) throw new ApiError("api/upload-incomplete", "The request names no part.");
  const known = new Map(arrived.map((part) => [part.part, part]));
  const parts = [...named]
    .sort((one, other) => one.part - other.part)
    .map(({ part, etag }, index) => {
      const found = known.get(part);
      if (part === index + 1 && found?.etag === etag.replaceAll('"', "")) return found;
      const message =
        part === index + 1 ? `Part ${part} is not there with that etag.` : `Part ${index + 1} is missing.`;
      throw new ApiError("api/upload-incomplete", message, { details: { part } });
    });
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (size !== null && bytes < size) {
    const message = `The ${parts.length} parts have ${bytes} bytes; ${size} were announced.`;
    throw new ApiError("api/upload-incomplete", message, { details: { bytes, size } });
  }
  if (size !== null && bytes > size) throw mismatch(bytes, size);
  if (bytes > MAX_UPLOAD_BYTES) throw tooLarge(bytes);
  return parts;
}

/** jobs/upload-mismatch for bytes of another number. */
export function mismatch(bytes: number, size: number): ApiError {
  return new ApiError("jobs/upload-mismatch", `The upload has ${bytes} bytes; ${size} were announced.`, {
    details: { bytes, size },
  });
}

function tooLarge(bytes: number): ApiError {
  const message = `The file has ${bytes} bytes; an upload has at most ${MAX_UPLOAD_BYTES}.`;
  return new ApiError("api/payload-too-large", message, { details: { bytes, maxBytes: MAX_UPLOAD_BYTES } });
}
