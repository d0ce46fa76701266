import type { ApiDeps, Backfills } from "../../../functions/api/api-deps.ts";
import { StoreError } from "../../../shared/errors.ts";
import type { Note } from "../../../shared/note-store.ts";
import { wrapObjectStore } from "../../support/wrap-object-store.ts";

/** A job that has ended. */
export const ID = "0199b5a0-0000-7000-8000-000000000001";
/** A job that waits for a worker. */
export const WAITING_ID = "0199b5a0-0000-7000-8000-000000000003";
/** The files of its result. */
export const FILES = {
  "calendar/000002-a.ics": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
  "contacts/000003-a.vcf": "BEGIN:VCARD\r\nEND:VCARD\r\n",
  "mail/000001-a.eml": "Subject: a\r\n\r\n",
  "manifest.jsonl": '{"type":"stream"}\n',
  "report.json": "{}",
};
/** A job that packed its files into a ZIP. */
export const PACKED_ID = "0199b5a0-0000-7000-8000-000000000004";
/** A job that has ended and left nothing. */
export const EMPTY_ID = "0199b5a0-0000-7000-8000-000000000005";
/** A job that a worker is at. */
export const RUNNING_ID = "0199b5a0-0000-7000-8000-000000000006";

/** One backfill that is under way, of nobody in particular. */
const RUNNING = { status: "running", objects: null, createdAt: "2026-01-02T03:04:05.678Z", finishedAt: null } as const;
const BACKFILLS: Backfills = {
  start: async (id, _owner, request) => ({ ...RUNNING, id, request }),
  get: async (id) =>
    id === ID ? { ...RUNNING, id, request: { prefix: "inbox/", toleratedFailurePercentage: 0 } } : null,
};

/** Puts something else in the place of a dependency. */
export type Override = (deps: ApiDeps) => Partial<ApiDeps>;
/** A service in order. */
export const sound: Override = () => ({ backfills: BACKFILLS });
/** Stores that fail as a full disk fails, and as a bug fails. */
export const full = ({ sources }: ApiDeps) => failing(sources, new StoreError("stores/write-failed"));
export const broken = ({ sources }: ApiDeps) => failing(sources, new TypeError("secret cause"));

/** A service in which every Idempotency-Key is held by another request, or was used for another one. */
export const busy: Override = (deps) =>
  withEarlier(deps, { state: "running", token: "t", id: "i", leaseUntil: "9999-01-01T00:00:00.000Z" });
export const used: Override = (deps) =>
  withEarlier(deps, { state: "done", fingerprint: "other", status: 202, headers: {}, body: "{}" });

/** Homes whose platform bounds what one request brings and one answer takes. */
export const bounded: Override = () => ({
  backfills: BACKFILLS,
  bodyLimit: { maxBytes: 3, instead: "Put it into the bucket." },
});
export const linked: Override = () => ({
  backfills: BACKFILLS,
  linkTo: async ({ key }) => `https://results.example/${key}?signed`,
});

/** A home with no time for so many files. */
export const hurried: Override = ({ results }) => ({
  backfills: BACKFILLS,
  answerMillis: 0,
  results: wrapObjectStore(results, {
    list: async function* (prefix) {
      for (let index = 0; index < 64; index += 1) yield { key: `${prefix}mail/${index}.eml`, size: 0, etag: "e" };
    },
  }),
});
/** A home in which the archive of every job is still there. */
export const sourced: Override = ({ sources }) => ({
  backfills: BACKFILLS,
  sources: wrapObjectStore(sources, { head: async (key) => ({ key, size: 10, etag: "e1" }) }),
});

function withEarlier(deps: ApiDeps, earlier: object): Partial<ApiDeps> {
  const create = async (note: Note) => ({ ...note, text: JSON.stringify(earlier) });
  const notes = { create, get: async () => null, put: async () => undefined, delete: async () => undefined };
  return { ...sound(deps), notes };
}

function failing(sources: ApiDeps["sources"], error: Error): Partial<ApiDeps> {
  const fail = () => Promise.reject(error);
  return {
    jobs: { create: fail, get: fail, update: fail, list: fail, delete: fail },
    sources: { ...sources, write: fail },
    backfills: { start: fail, get: fail },
  };
}

export const post = (body: object) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
export const upload = (headers: Record<string, string> = {}, body: string | undefined = "HU01") => ({
  method: "POST",
  headers,
  body,
});
/** The same request with an Idempotency-Key. */
export const keyed = (init: { readonly headers: Record<string, string> }) => ({
  ...init,
  headers: { ...init.headers, "idempotency-key": "k" },
});
export const get = { method: "GET" };
export const remove = { method: "DELETE" };

/** One request that gets one of the answers that the document promises: `METHOD path status`. */
export type ContractCase = readonly [answer: string, url: string, init: RequestInit, override: Override];
