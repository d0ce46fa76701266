import type { ApiDeps } from "../../../functions/api/api-deps.ts";
import { createServedUploads } from "../../../functions/api/uploads/served-uploads.ts";
import type { UploadJob, UploadTargets } from "../../../functions/api/uploads/upload-targets.ts";
import { createJob, enqueueJob } from "../../../shared/job.ts";
import type { NoteStore } from "../../../shared/note-store.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";

const NOW = new Date("2026-01-02T03:04:05.678Z");
const awaited = (digit: number) => `0199b5a0-0000-7000-8000-00000000010${digit}`;

/** A job whose four bytes have not come, one whose bytes are there, one with others, and one that is queued. */
export const AWAITED_ID = awaited(1);
export const SENT_ID = awaited(2);
export const OTHER_BYTES_ID = awaited(3);
export const QUEUED_ID = awaited(4);

/** What the four bytes are. */
export const BYTES = "HU01";

function makeJob(id: string): UploadJob {
  const source = { key: `uploads/${id}/a.hu01`, filename: "a.hu01", size: BYTES.length, etag: null };
  const upload = { size: BYTES.length, sha256: null, multipart: null, expiresAt: "2026-01-02T04:04:05.678Z" };
  const facts = { id, owner: "local", status: "awaiting_upload", source, upload, options: DEFAULT_OPTIONS } as const;
  return { ...createJob(facts, NOW), upload };
}

/** Stores them. */
export async function addAwaitedJobs({ jobs, sources }: ApiDeps): Promise<void> {
  for (const id of [AWAITED_ID, SENT_ID, OTHER_BYTES_ID, QUEUED_ID]) await jobs.create(makeJob(id));
  await sources.write(makeJob(SENT_ID).source.key, [Buffer.from(BYTES)]);
  await sources.write(makeJob(OTHER_BYTES_ID).source.key, [Buffer.from("other")]);
  const queued = makeJob(QUEUED_ID);
  await jobs.update(enqueueJob(queued, { ...queued.source, etag: "e" }, NOW));
}

/** Notes that hold nothing but a secret that is known, so that links can be made before there is a service. */
const KNOWN_SECRET: NoteStore = {
  create: async ({ id, expiresAt }) => ({ id, text: "known", expiresAt }),
  get: async () => null,
  put: async () => undefined,
  delete: async () => undefined,
};

/** Takes in what is sent to links of `linkTo`. */
export function knownUploads({ sources }: Pick<ApiDeps, "sources">): Required<UploadTargets> {
  return createServedUploads({ sources, notes: KNOWN_SECRET });
}

/** The path of a link that the service would have given for a whole file. */
export async function pathTo(id: string): Promise<string> {
  const { linkTo } = knownUploads({ sources: undefined as unknown as ApiDeps["sources"] });
  const terms = { now: NOW, seconds: 900, origin: "http://localhost" };
  const { pathname, search } = new URL(await linkTo(makeJob(id), { part: null, bytes: BYTES.length }, terms));
  return pathname + search;
}
