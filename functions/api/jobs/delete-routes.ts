import { createRoute } from "@hono/zod-openapi";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { conflict, notFound, serverProblems } from "../problems/problem-responses.ts";
import { deleteJob } from "./delete-job.ts";
import { findJob } from "./find-job.ts";
import { jobParamsSchema, jobViewSchema, toJobView } from "./job-contract.ts";

const deleteRoute = createRoute({
  method: "delete",
  path: "/v1/jobs/{id}",
  summary: "Delete a job: its record, its results and its archive",
  description:
    "Every version of the archive goes, also from the drop folder; an archive that another job had first, which this " +
    "one did again, is left to that one. A running job has to be canceled first. What was broken off can be asked again.",
  request: { params: jobParamsSchema },
  responses: {
    202: {
      description: "There was more than one answer has time for: ask again after Retry-After seconds.",
      content: { "application/json": { schema: jobViewSchema } },
    },
    204: { description: "Nothing of the job is left." },
    404: notFound,
    409: conflict,
    ...serverProblems,
  },
});

/** Deleting jobs. */
export function addDeleteRoutes(app: ApiApp, deps: ApiDeps) {
  return app.openapi(deleteRoute, async (c) => {
    const principal = deps.principalOf(c.env);
    const job = await findJob(deps, principal, c.req.valid("param").id);
    if (await deleteJob(deps, job)) return c.body(null, 204);
    return c.json(toJobView((await deps.jobs.get(job.id)) ?? job, principal), 202, { "retry-after": "1" });
  });
}
