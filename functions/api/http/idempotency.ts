import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import * as z from "zod";
import { ApiError } from "../../../shared/errors.ts";
import type { ApiDeps, ApiEnv } from "../api-deps.ts";
import { HashedBody } from "./hashed-body.ts";

const KEPT_MILLIS = 24 * 3_600_000;
/** How long an attempt that gives no sign of life counts as alive; it gives one four times as often. */
const LEASE_MILLIS = 120_000;
/** Visible ASCII (RFC 5234 VCHAR). */
const KEY = /^[\x21-\x7e]{1,255}$/u;
/** What of an answer tells its client something; the rest is made anew. */
const KEPT_HEADERS = ["content-type", "location", "retry-after", "etag"] as const;

const runningSchema = z.object({
  state: z.literal("running"),
  token: z.string(),
  id: z.string(),
  leaseUntil: z.string(),
});
const doneSchema = z.object({
  state: z.literal("done"),
  fingerprint: z.string(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
const noteSchema = z.discriminatedUnion("state", [runningSchema, doneSchema]);
type Running = z.infer<typeof runningSchema>;
type Done = z.infer<typeof doneSchema>;

/**
 * The id for what a request with a key makes. An attempt that died may have made it already: the next one has the same
 * id, so that it finds that instead of making another.
 */
export interface Reservation {
  readonly id: string;
  /** Another id, from now on, when what has the first one is of no use any more. */
  renew(): Promise<string>;
}

/** The id under which a request makes something new: the one reserved for its key, else any. */
export function reservedId(c: Context<ApiEnv>, { newId }: Pick<ApiDeps, "newId">): string {
  return c.get("reservation")?.id ?? newId();
}

/**
 * Makes POST requests with an `Idempotency-Key` count once (draft-ietf-httpapi-idempotency-key-header-07). The answer
 * to a request that succeeded is kept for 24 hours for its owner, path and key, and given again to the very same request:
 * method, path, query, Content-Type and SHA-256 of the body. A request that failed is not kept; sent again it is tried
 * again, under the id that was reserved for it.
 *
 * @throws ApiError api/request-invalid, api/idempotency-running, api/idempotency-mismatch
 */
export function countOnce(deps: ApiDeps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const key = c.req.header("idempotency-key");
    if (key === undefined || c.req.method !== "POST") return await next();
    if (!KEY.test(key)) {
      throw new ApiError("api/request-invalid", "Idempotency-Key has 1 to 255 characters of visible ASCII.");
    }
    const noteId = noteIdOf(deps.principalOf(c.env).owner, c.req.path, key);
    const known = await begin(deps, noteId);
    const body = new HashedBody(c.req.raw);
    if (known.state === "done") return replay(known, await body.fingerprint());
    c.req.raw = body.request();
    const attempt = new Attempt(deps, noteId, known);
    c.set("reservation", attempt);
    await attempt.during(next);
    await attempt.end(await answerOf(c.res, body));
  };
}

function noteIdOf(...parts: readonly [owner: string, path: string, key: string]): string {
  return `idempotency/${createHash("sha256").update(JSON.stringify(parts)).digest("hex")}`;
}

/** @returns an earlier answer, or what this attempt holds the key with */
async function begin({ notes, newId, now }: ApiDeps, noteId: string): Promise<Running | Done> {
  const time = now().getTime();
  const own: Running = { state: "running", token: newId(), id: newId(), leaseUntil: after(time, LEASE_MILLIS) };
  const expiresAt = after(time, KEPT_MILLIS);
  const earlier = await notes.create({ id: noteId, text: JSON.stringify(own), expiresAt });
  if (earlier === null) return own;
  const known = noteSchema.parse(JSON.parse(earlier.text));
  if (known.state === "done") return known;
  if (Date.parse(known.leaseUntil) > time) throw new ApiError("api/idempotency-running");
  // Of several that find an attempt dead, one takes its place.
  const place = { id: `${noteId}/${known.token}`, text: own.token, expiresAt: own.leaseUntil };
  if ((await notes.create(place)) !== null) throw new ApiError("api/idempotency-running");
  const taken = { ...own, id: known.id };
  await notes.put({ id: noteId, text: JSON.stringify(taken), expiresAt });
  return taken;
}

function replay({ fingerprint, status, headers, body }: Done, asked: string): Response {
  if (asked !== fingerprint) throw new ApiError("api/idempotency-mismatch");
  return new Response(body, { status, headers: { ...headers, "idempotency-replayed": "true" } });
}

/** What is kept of an answer; null for one of a request that failed. */
async function answerOf(response: Response, body: HashedBody): Promise<Done | null> {
  if (!response.ok) return null;
  try {
    const fingerprint = await body.fingerprint();
    const headers: Record<string, string> = {};
    for (const name of KEPT_HEADERS) {
      const value = response.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    return { state: "done", fingerprint, status: response.status, headers, body: await response.clone().text() };
  } catch {
    // The client went away before all of its body had come: nobody knows what it asked for.
    return null;
  }
}

/** One request that holds its key. */
class Attempt implements Reservation {
  readonly #deps: ApiDeps;
  readonly #noteId: string;
  #running: Running;
  #saved: Promise<unknown> = Promise.resolve();

  constructor(deps: ApiDeps, noteId: string, running: Running) {
    this.#deps = deps;
    this.#noteId = noteId;
    this.#running = running;
  }

  get id(): string {
    return this.#running.id;
  }

  async renew(): Promise<string> {
    this.#running = { ...this.#running, id: this.#deps.newId() };
    await this.#save(this.#running);
    return this.#running.id;
  }

  /** Holds the key for as long as something takes. */
  async during(act: () => Promise<void>): Promise<void> {
    const beat = setInterval(() => {
      this.#running = { ...this.#running, leaseUntil: this.#in(LEASE_MILLIS) };
      this.#save(this.#running).catch(() => undefined);
    }, LEASE_MILLIS / 4);
    try {
      await act();
    } finally {
      clearInterval(beat);
      await this.#saved.catch(() => undefined);
    }
  }

  /** Keeps the answer; without one lets go of the key, but not of the id. A fault is logged: what was done is done. */
  async end(answer: Done | null): Promise<void> {
    const last = answer ?? { ...this.#running, leaseUntil: this.#in(0) };
    await this.#save(last).catch(() => this.#deps.log.error("idempotent answer not kept", { id: this.id }));
  }

  async #save(note: Running | Done): Promise<void> {
    const expiresAt = this.#in(KEPT_MILLIS);
    this.#saved = this.#deps.notes.put({ id: this.#noteId, text: JSON.stringify(note), expiresAt });
    await this.#saved;
  }

  #in(millis: number): string {
    return after(this.#deps.now().getTime(), millis);
  }
}

function after(time: number, millis: number): string {
  return new Date(time + millis).toISOString();
}
