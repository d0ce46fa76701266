import type { OpenAPIHono } from "@hono/zod-openapi";
import type { JobStore } from "../../shared/job-store.ts";
import type { ObjectFacts, ObjectStore } from "../../shared/object-store.ts";
import type { Log } from "../log.ts";

/** Everything the API stands on; its home decides what is behind it. */
export interface ApiDeps {
  readonly jobs: JobStore;
  /** Uploads, under `uploads/{jobId}/{name}`. */
  readonly sources: ObjectStore;
  /** Results, under `{jobId}/{path}`. */
  readonly results: ObjectStore;
  readonly now: () => Date;
  /** A new UUID v7. */
  readonly newId: () => string;
  /** Whose jobs these are; jobs of others do not exist for this API. */
  readonly owner: string;
  /** Tells the home that an upload is complete and its job queued. On AWS the bucket says so itself. */
  readonly announce: (facts: ObjectFacts) => Promise<void>;
  readonly log: Log;
  readonly toolVersion: string;
}

/** What the middleware knows of a request: `instance` names it in problems and in the log. */
export interface ApiEnv {
  readonly Variables: { readonly instance: string };
}

export type ApiApp = OpenAPIHono<ApiEnv>;
