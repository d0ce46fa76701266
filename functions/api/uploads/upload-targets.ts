import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import type { Job } from "../../../shared/job.ts";
import type { JobUpload } from "../../../shared/job-upload.ts";
import type { ObjectFacts } from "../../../shared/object-store.ts";

/** A job whose bytes come in requests of their own. */
export type UploadJob = Job & { readonly upload: JobUpload };

/** What one request of an upload brings: the whole file, or one part of it. */
export interface UploadSlot {
  /** From 1; null for the whole file. */
  readonly part: number | null;
  /** Exactly so many; null when nobody knows. */
  readonly bytes: number | null;
}

/** A part that the store has. */
export interface ArrivedPart {
  readonly part: number;
  readonly bytes: number;
  /** As the store gave it in answer to the part, without quotes. */
  readonly etag: string;
}

/** How long a link is good for, and what it begins with when it leads to the service itself. */
export interface LinkTerms {
  readonly now: Date;
  readonly seconds: number;
  /** Scheme and host under which the client reached the service. */
  readonly origin: string;
}

/** Seam of the API: where clients send files that do not come as the body of `POST /v1/jobs`. Throws `StoreError`. */
export interface UploadTargets {
  /** Begins an upload in parts. @returns the store's name of it */
  begin(key: string): Promise<string>;
  /** Header fields that every request of the upload has to carry. */
  headersOf(job: UploadJob): Readonly<Record<string, string>>;
  /** A link for one PUT, bound to the job's key, to the slot and, where they are known, to size and SHA-256. */
  linkTo(job: UploadJob, slot: UploadSlot, terms: LinkTerms): Promise<string>;
  /** The parts that have arrived, by number. */
  arrived(job: UploadJob): Promise<readonly ArrivedPart[]>;
  /**
   * Makes the parts one object. Called once more after it succeeded, it gives the same object again.
   *
   * @throws ApiError jobs/upload-mismatch, api/upload-incomplete when the parts are gone
   */
  complete(job: UploadJob, parts: readonly ArrivedPart[], signal: AbortSignal): Promise<ObjectFacts>;
  /** Removes the parts; nothing happens when there are none. */
  abort(job: UploadJob): Promise<void>;
  /** Takes in what is sent to its own links; absent where these lead to the store itself. */
  readonly receive?: (job: UploadJob, sent: SentBytes) => Promise<ObjectFacts>;
  /** The slot that a link of its own is for; null when it gave no such link or the link's time is over. */
  readonly slotOf?: (link: SignedLink, now: Date) => Promise<UploadSlot | null>;
}

/** What a client sends to a link of the service. */
interface SentBytes {
  readonly slot: UploadSlot;
  readonly content: ByteSource;
  readonly signal: AbortSignal;
}

/** What stands in a link of the service. */
export interface SignedLink {
  readonly jobId: string;
  readonly part: number | null;
  /** RFC 3339. */
  readonly expires: string;
  readonly signature: string;
}
