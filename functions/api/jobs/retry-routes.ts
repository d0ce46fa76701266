import { createRoute } from "@hono/zod-openapi";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { reservedId } from "../http/idempotency.ts";
import { idempotencyHeaders } from "../http/idempotency-contract.ts";
import { documented, isJson, readJson } from "../http/optional-json.ts";
import {
  badRequest,
  conflict,
  notFound,
  payloadTooLarge,
  serverProblems,
  unprocessable,
} from "../problems/problem-responses.ts";
import { acceptCallback } from "../webhooks/accept-callback.ts";
import { findJob } from "./find-job.ts";
import { jobParamsSchema, jobViewSchema, type Retry, retrySchema, toJobView } from "./job-contract.ts";
import { retryJob } from "./retry-job.ts";

const retryRoute = createRoute({
  method: "post",
  path: "/v1/jobs/{id}/retry",
  summary: "Convert what failed again, as a new job",
  description:
    "A job that has ended never changes: a new one reads the same archive, with the same options or others. Of a job that " +
    "succeeded with errors it writes only the items that were skipped or partial, unless items is all, carve differs, or " +
    "another version of the converter numbered them; of any other job all.",
  request: {
    params: jobParamsSchema,
    headers: idempotencyHeaders,
    body: { content: { "application/json": { schema: documented(retrySchema) } } },
  },
  middleware: [readJson(retrySchema)] as const,
  responses: {
    202: {
      description: "The new job is queued. Location leads to it.",
      content: { "application/json": { schema: jobViewSchema } },
    },
    400: badRequest,
    404: notFound,
    409: conflict,
    413: payloadTooLarge,
    422: unprocessable,
    ...serverProblems,
  },
});

/** Doing jobs again. */
export function addRetryRoutes(app: ApiApp, deps: ApiDeps) {
  return app.openapi(retryRoute, async (c) => {
    const principal = deps.principalOf(c.env);
    const earlier = await findJob(deps, principal, c.req.valid("param").id);
    // What readJson has made of it.
    const retry: Retry = isJson(c) ? (c.req.valid("json") as unknown as Retry) : retrySchema.parse({});
    const callback = acceptCallback(deps, retry.callbackUrl);
    const job = await retryJob(deps, earlier, { id: reservedId(c, deps), retry, callback });
    const view = toJobView(job, principal);
    return c.json(view, 202, { location: view.links.self, "retry-after": "1" });
  });
}
