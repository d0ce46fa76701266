import { createRoute } from "@hono/zod-openapi";
import type { Job } from "../../../shared/job.ts";
import type { JobPage } from "../../../shared/job-store.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { formatEntityTag, isUnchanged } from "../http/entity-tag.ts";
import { idempotencyHeaders } from "../http/idempotency-contract.ts";
import { ListCursor } from "../http/list-cursor.ts";
import { nextPageLink } from "../http/page-link.ts";
import { createServiceSecret } from "../http/service-secret.ts";
import {
  adminOnly,
  badRequest,
  conflict,
  notFound,
  serverProblems,
  unprocessable,
} from "../problems/problem-responses.ts";
import { isUploadJob } from "../uploads/await-upload.ts";
import { cancelJob } from "./cancel-job.ts";
import { findJob } from "./find-job.ts";
import { jobListQuerySchema, jobListSchema, jobParamsSchema, jobViewSchema, toJobView } from "./job-contract.ts";
import { selectJobs } from "./select-jobs.ts";

const listRoute = createRoute({
  method: "get",
  path: "/v1/jobs",
  summary: "Jobs, newest first",
  request: { query: jobListQuerySchema },
  responses: {
    200: {
      description: "One page of jobs. Link names the next one.",
      content: { "application/json": { schema: jobListSchema } },
    },
    400: badRequest,
    403: adminOnly,
    ...serverProblems,
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  summary: "One job",
  request: { params: jobParamsSchema },
  responses: {
    200: {
      description: "The job and its ETag. While it is not finished, Retry-After says when to look again.",
      content: { "application/json": { schema: jobViewSchema } },
    },
    304: { description: "The job is as it was when it had the ETag of If-None-Match." },
    404: notFound,
    ...serverProblems,
  },
});

const cancelRoute = createRoute({
  method: "post",
  path: "/v1/jobs/{id}/cancel",
  summary: "Stop a job",
  description:
    "A job that nobody works on is canceled at once, a running one within five seconds. What it has finished is kept: " +
    "files, and a manifest of them, but no report. Asking twice does no harm.",
  request: { params: jobParamsSchema, headers: idempotencyHeaders },
  responses: {
    202: {
      description: "The job, canceled or about to be.",
      content: { "application/json": { schema: jobViewSchema } },
    },
    404: notFound,
    409: conflict,
    422: unprocessable,
    ...serverProblems,
  },
});

/** Looking at jobs, and stopping them. */
export function addJobRoutes(app: ApiApp, deps: ApiDeps) {
  const secret = createServiceSecret(deps.notes);
  return app
    .openapi(listRoute, async (c) => {
      const principal = deps.principalOf(c.env);
      const { owner, status, since, limit, cursor } = c.req.valid("query");
      const cursors = new ListCursor(secret, [`jobs ${owner ?? "own"}`, principal.owner, status ?? ""]);
      const page = await deps.jobs.list({
        ...selectJobs(principal, { owner, status }),
        limit,
        ...(cursor === undefined ? {} : { cursor: await cursors.open(cursor) }),
      });
      const { jobs, cursor: next } = since === undefined ? page : cutAt(page, since);
      const nextCursor = next === null ? null : await cursors.seal(next);
      if (nextCursor !== null) c.header("link", nextPageLink(c.req.url, nextCursor));
      return c.json({ jobs: jobs.map((job) => toJobView(job, principal)), nextCursor }, 200);
    })
    .openapi(getRoute, async (c) => {
      const principal = deps.principalOf(c.env);
      const job = await findJob(deps, principal, c.req.valid("param").id);
      const etag = formatEntityTag(String(job.version));
      c.header("etag", etag);
      c.header("cache-control", "private, no-cache");
      if (isPending(job)) c.header("retry-after", "1");
      if (isUnchanged(c.req.header("if-none-match"), etag)) return c.body(null, 304);
      return c.json(toJobView(job, principal), 200);
    })
    .openapi(cancelRoute, async (c) => {
      const principal = deps.principalOf(c.env);
      const job = await cancelJob(deps, await findJob(deps, principal, c.req.valid("param").id));
      if (job.status === "canceled" && isUploadJob(job)) await deps.uploads.abort(job);
      return c.json(toJobView(job, principal), 202);
    });
}

function isPending(job: Job): boolean {
  return job.finishedAt === null;
}

/** The jobs of a page that are not older; newest first, so the first older one is the end of the list. */
function cutAt({ jobs, cursor }: JobPage, since: string): JobPage {
  const isOlder = ({ createdAt }: Job) => Date.parse(createdAt) < Date.parse(since);
  const end = jobs.findIndex(isOlder);
  return end < 0 ? { jobs, cursor } : { jobs: jobs.slice(0, end), cursor: null };
}
