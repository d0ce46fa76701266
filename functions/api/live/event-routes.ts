import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import * as z from "zod";
import { ApiError, ArchiveError } from "../../../shared/errors.ts";
import { isTerminal } from "../../../shared/job-status.ts";
import type { ApiDeps, ApiEnv } from "../api-deps.ts";
import { findJob } from "../jobs/find-job.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import { notFound, serverProblems, streamUnavailable } from "../problems/problem-responses.ts";
import { eventHeadersSchema, parseEventId } from "./event-contract.ts";
import { toJobEvents } from "./job-events.ts";
import type { WatchJob } from "./watch-jobs.ts";

const eventsRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/events",
  summary: "A job's changes while they happen, as server-sent events",
  description:
    "`state` carries the job, `progress` its counts, `done` the job that has ended; then the stream is closed. Ids only " +
    "grow. With Last-Event-ID nothing is told again. Where the platform cannot stream (AWS, behind an HTTP API) the " +
    "answer is 406: ask for the job every few seconds instead, with If-None-Match; an unchanged one is answered by 304.",
  request: { params: jobParamsSchema, headers: eventHeadersSchema },
  responses: {
    200: {
      description: "The events. A comment comes every 15 seconds at the latest.",
      content: { "text/event-stream": { schema: z.string() } },
    },
    204: { description: "The job has ended, and Last-Event-ID says that this is known: there is nothing to wait for." },
    404: notFound,
    406: streamUnavailable,
    ...serverProblems,
  },
});

/** Well within what proxies allow a silent connection. */
const HEARTBEAT_MILLIS = 10_000;
/** When a client whose connection broke may come again. */
const RETRY_MILLIS = 2_000;

/** A job as it goes on. */
export function addEventRoutes(app: OpenAPIHono<ApiEnv>, deps: ApiDeps) {
  return app.openapi(eventsRoute, async (c) => {
    const { watchJob } = deps;
    const job = await findJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
    if (watchJob === undefined) throw new ApiError("api/stream-unavailable");
    const lastVersion = parseEventId(c.req.valid("header")["last-event-id"]);
    if (isTerminal(job.status) && job.version <= lastVersion) return c.body(null, 204);
    // Proxies that gather answers before they pass them on are told not to.
    c.header("x-accel-buffering", "no");
    return streamSSE(c, async (stream) => {
      try {
        await sendEvents(stream, watchJob, { id: job.id, lastVersion });
      } catch (error) {
        // The client comes again after `retry` and meets the fault as a problem, if it lasts.
        deps.log.error("events ended", { job: job.id, code: error instanceof ArchiveError ? error.code : "unknown" });
      }
    });
  });
}

async function sendEvents(
  stream: SSEStreamingApi,
  watchJob: WatchJob,
  { id, lastVersion }: { readonly id: string; readonly lastVersion: number },
): Promise<void> {
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  // A comment that waits for a slow client must not be followed by more of them.
  let isBeating = false;
  const heartbeat = setInterval(async () => {
    if (isBeating) return;
    isBeating = true;
    await stream.write(": still here\n\n");
    isBeating = false;
  }, HEARTBEAT_MILLIS);
  try {
    await stream.write(`retry: ${RETRY_MILLIS}\n\n`);
    for await (const event of toJobEvents(watchJob(id, gone.signal), lastVersion)) await stream.writeSSE(event);
  } finally {
    clearInterval(heartbeat);
  }
}
