import * as z from "zod";

const count = z.int().min(0);

/** What was agreed about bytes that are to come: their size and hash as far as announced, and how long they may take. */
export const jobUploadSchema = z.object({
  /** Bytes; null when the client did not know. */
  size: count.nullable(),
  /** SHA-256 of all bytes in lower-case hexadecimal; null when the client did not say. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** The store's name of an upload in parts and how long each part but the last is; null for one in a single request. */
  multipart: z.object({ id: z.string().min(1), partBytes: z.int().min(1) }).nullable(),
  /** From then on the upload counts as given up. RFC 3339 UTC. */
  expiresAt: z.iso.datetime(),
});

/** What a job in `awaiting_upload` waits for. */
export type JobUpload = z.infer<typeof jobUploadSchema>;

/** True when so many bytes are what was announced, or nothing was. */
export function isAnnouncedSize(upload: JobUpload | null, size: number | null): boolean {
  return upload === null || upload.size === null || size === null || upload.size === size;
}

/** One sentence about bytes of another size than was announced. */
export function describeSizeMismatch(upload: JobUpload | null, size: number | null): string {
  return `The upload has ${size} bytes; ${upload?.size} were announced.`;
}
