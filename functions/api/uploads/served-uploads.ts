import { createHash } from "node:crypto";
import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import { ApiError } from "../../../shared/errors.ts";
import type { NoteStore } from "../../../shared/note-store.ts";
import type { ObjectStore } from "../../../shared/object-store.ts";
import { createServiceSecret } from "../http/service-secret.ts";
import { signText, verifyText } from "../http/signed-text.ts";
import { mismatch } from "./plan-upload.ts";
import type { ArrivedPart, LinkTerms, SignedLink, UploadJob, UploadSlot, UploadTargets } from "./upload-targets.ts";

/** Where parts wait for the others, under the id of their job; no client names a key in it. */
const PARTS_PREFIX = "parts/";
/** So that keys in their order are parts in theirs. */
const PART_DIGITS = 5;

export interface ServedUploadsOptions {
  readonly sources: ObjectStore;
  /** Hold the secret that links are signed with. */
  readonly notes: NoteStore;
}

/**
 * Uploads to the service itself, for homes whose store takes no requests: signed links of its own, which need no other
 * proof, and parts as objects of their own that are joined in the end. Nothing of them is held in memory.
 */
export function createServedUploads({ sources, notes }: ServedUploadsOptions): Required<UploadTargets> {
  const secret = createServiceSecret(notes);
  return {
    begin: async () => "parts",
    headersOf: () => ({}),
    linkTo: async (job, slot, terms) => makeLink(await secret(), job.id, slot, terms),
    slotOf: async (link, now) => readLink(await secret(), link, now),
    arrived: ({ id }) => listParts(sources, id),
    receive: ({ id, source, upload }, { slot, content, signal }) => {
      const key = slot.part === null ? source.key : partKey(id, slot.part);
      const sha256 = slot.part === null ? upload.sha256 : null;
      return sources.write(key, checked(content, { ...limitOf(slot, upload), sha256 }), { signal });
    },
    complete: async (job, parts, signal) => {
      const { size, sha256 } = job.upload;
      const facts = await sources.write(job.source.key, checked(joined(sources, job, parts), { size, sha256 }), {
        signal,
      });
      await removeParts(sources, job.id);
      return facts;
    },
    abort: ({ id }) => removeParts(sources, id),
  };
}

/** An unknown size is bounded by that of a part. */
function limitOf({ bytes }: UploadSlot, { multipart }: UploadJob["upload"]): { size: number | null; max: number } {
  return { size: bytes, max: bytes ?? multipart?.partBytes ?? 0 };
}

async function listParts(sources: ObjectStore, jobId: string): Promise<ArrivedPart[]> {
  const prefix = `${PARTS_PREFIX}${jobId}/`;
  const parts: ArrivedPart[] = [];
  for await (const { key, size, etag } of sources.list(prefix)) {
    parts.push({ part: Number(key.slice(prefix.length)), bytes: size, etag });
  }
  return parts;
}

async function removeParts(sources: ObjectStore, jobId: string): Promise<void> {
  for (const { part } of await listParts(sources, jobId)) await sources.delete(partKey(jobId, part));
}

/** Removes the parts of jobs that wait for none any more. */
export async function removeStrayParts(
  sources: ObjectStore,
  isAwaited: (jobId: string) => Promise<boolean>,
): Promise<void> {
  const jobIds = new Set<string>();
  for await (const { key } of sources.list(PARTS_PREFIX)) jobIds.add(key.split("/")[1] ?? "");
  for (const jobId of jobIds) if (!(await isAwaited(jobId))) await removeParts(sources, jobId);
}

async function* joined(sources: ObjectStore, { id }: UploadJob, parts: readonly ArrivedPart[]) {
  for (const { part, etag } of parts) yield* sources.read(partKey(id, part), { etag });
}

function partKey(jobId: string, part: number): string {
  return `${PARTS_PREFIX}${jobId}/${String(part).padStart(PART_DIGITS, "0")}`;
}

interface Expected {
  readonly size: number | null;
  readonly max?: number;
  readonly sha256: string | null;
}

/** The same bytes; the source fails in the end, so that nothing is stored, when they are not those expected. */
async function* checked(content: ByteSource, { size, max, sha256 }: Expected): AsyncGenerator<Uint8Array> {
  const hash = sha256 === null ? null : createHash("sha256");
  const most = size ?? max ?? Number.POSITIVE_INFINITY;
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > most) throw mismatch(bytes, most);
    hash?.update(chunk);
    yield chunk;
  }
  if (size !== null && bytes !== size) throw mismatch(bytes, size);
  if (hash !== null && hash.digest("hex") !== sha256) {
    throw new ApiError("jobs/upload-mismatch", `The ${bytes} bytes have another SHA-256 than was announced.`);
  }
}

function makeLink(secret: string, jobId: string, slot: UploadSlot, { now, seconds, origin }: LinkTerms): string {
  const expires = new Date(now.getTime() + seconds * 1000).toISOString();
  const url = new URL(`/v1/jobs/${encodeURIComponent(jobId)}/upload`, origin);
  if (slot.part !== null) url.searchParams.set("part", String(slot.part));
  url.searchParams.set("expires", expires);
  const signature = signText(secret, purposeOf({ jobId, part: slot.part, expires }), JSON.stringify(slot.bytes));
  url.searchParams.set("signature", signature);
  return url.href;
}

function readLink(secret: string, link: SignedLink, now: Date): UploadSlot | null {
  const text = verifyText(secret, purposeOf(link), link.signature);
  if (text === null || Date.parse(link.expires) <= now.getTime()) return null;
  return { part: link.part, bytes: JSON.parse(text) as number | null };
}

function purposeOf({ jobId, part, expires }: Omit<SignedLink, "signature">): readonly string[] {
  return ["upload", jobId, String(part), expires];
}
