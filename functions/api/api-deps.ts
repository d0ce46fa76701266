import type { OpenAPIHono } from "@hono/zod-openapi";
import type { JobStore } from "../../shared/job-store.ts";
import type { NoteStore } from "../../shared/note-store.ts";
import type { ObjectFacts, ObjectStore } from "../../shared/object-store.ts";
import type { Log } from "../log.ts";
import type { Backfill, BackfillRequest } from "./backfills/backfill-contract.ts";
import type { Reservation } from "./http/idempotency.ts";
import type { WatchJob } from "./live/watch-jobs.ts";
import type { UploadTargets } from "./uploads/upload-targets.ts";
import type { CallbackPolicy } from "./webhooks/public-address.ts";

/** Everything the API stands on; its home decides what is behind it. */
export interface ApiDeps {
  readonly jobs: JobStore;
  /** Uploads, under `uploads/{jobId}/{name}`. */
  readonly sources: ObjectStore;
  /** Results, under `{jobId}/{path}`. */
  readonly results: ObjectStore;
  /** What the API keeps beside the jobs. */
  readonly notes: NoteStore;
  readonly now: () => Date;
  /** A new UUID v7. */
  readonly newId: () => string;
  /**
   * Who asks. Told from what the home knows of the caller, never from the request's own words.
   *
   * @throws ApiError api/unauthenticated
   */
  readonly principalOf: (bindings: unknown) => Principal;
  /** Tells the home that an upload is complete and its job queued. On AWS the bucket says so itself. */
  readonly announce: (facts: ObjectFacts) => Promise<void>;
  /** Tells the home of a queued job whose source has been there before. */
  readonly announceJob: (jobId: string) => Promise<void>;
  /** Where files are sent that do not come as the body of a request for a job. */
  readonly uploads: UploadTargets;
  /** How often one owner may ask; as often as he likes when absent. */
  readonly requestRate?: RequestRate;
  /** How many jobs of one owner may wait or run; more are not made. As many as he likes when absent. */
  readonly maxActiveJobs?: number;
  /** What one request can bring where the platform bounds it. */
  readonly bodyLimit?: BodyLimit;
  /** What one answer can carry where the platform bounds it; a larger one that has no link is refused. */
  readonly answerLimit?: { readonly maxBytes: number };
  /** How long one answer may take where the platform bounds it. */
  readonly answerMillis?: number;
  /**
   * A link under which the store itself serves a result, for homes that cannot send large answers. It is good for
   * minutes, and for that one object only.
   */
  readonly linkTo?: (file: LinkedFile) => Promise<string>;
  /** Tells of a job's changes. Absent where the platform cannot send an answer piece by piece. */
  readonly watchJob?: WatchJob;
  /** Which addresses callbacks may have; public ones only when absent. */
  readonly callbackPolicy?: CallbackPolicy;
  /** Absent where the home cannot look through what has been uploaded. */
  readonly backfills?: Backfills;
  readonly log: Log;
  readonly toolVersion: string;
}

/** Who asks: jobs of other owners do not exist for it, unless it administers the service. */
export interface Principal {
  readonly owner: string;
  readonly isAdmin: boolean;
}

/** So many requests within so many seconds. Each process of a service counts for itself. */
export interface RequestRate {
  readonly requests: number;
  readonly seconds: number;
}

/** Announces what has been uploaded, all over again. A backfill is its owner's alone to see; null sees everybody's. */
export interface Backfills {
  start(id: string, owner: string, request: BackfillRequest): Promise<Backfill>;
  get(id: string, owner: string | null): Promise<Backfill | null>;
}

export interface BodyLimit {
  readonly maxBytes: number;
  /** A sentence: how larger files come in. */
  readonly instead: string;
}

/** A result and how it is to be served. */
export interface LinkedFile {
  readonly key: string;
  readonly mediaType: string;
  readonly contentDisposition: string;
}

/** What the middleware knows of a request. */
export interface ApiEnv {
  readonly Variables: {
    /** Names the request in problems and in the log. */
    readonly instance: string;
    /** Of a request with an Idempotency-Key: the id for what it makes. */
    readonly reservation?: Reservation;
  };
}

export type ApiApp = OpenAPIHono<ApiEnv>;
