import { createRoute } from "@hono/zod-openapi";
import type { Job } from "../../../shared/job.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { nextPageLink } from "../http/page-link.ts";
import { badRequest, notFound, serverProblems } from "../problems/problem-responses.ts";
import { findJob } from "./find-job.ts";
import { jobListQuerySchema, jobListSchema, jobParamsSchema, jobViewSchema, toJobView } from "./job-contract.ts";

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
      description: "The job. While it is not finished, Retry-After says when to look again.",
      content: { "application/json": { schema: jobViewSchema } },
    },
    404: notFound,
    ...serverProblems,
  },
});

/** Looking at jobs. */
export function addJobRoutes(app: ApiApp, deps: ApiDeps) {
  return app
    .openapi(listRoute, async (c) => {
      const { status, limit, cursor } = c.req.valid("query");
      const page = await deps.jobs.list({
        owner: deps.principalOf(c.env).owner,
        limit,
        ...(status === undefined ? {} : { status }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (page.cursor !== null) c.header("link", nextPageLink(c.req.url, page.cursor));
      return c.json({ jobs: page.jobs.map(toJobView), nextCursor: page.cursor }, 200);
    })
    .openapi(getRoute, async (c) => {
      const job = await findJob(deps, deps.principalOf(c.env), c.req.valid("param").id);
      if (isPending(job)) c.header("retry-after", "1");
      return c.json(toJobView(job), 200);
    });
}

function isPending(job: Job): boolean {
  return job.finishedAt === null;
}
