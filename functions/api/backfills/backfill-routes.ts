import { createRoute } from "@hono/zod-openapi";
import { ApiError } from "../../../shared/errors.ts";
import type { ApiApp, ApiDeps, Backfills } from "../api-deps.ts";
import { reservedId } from "../http/idempotency.ts";
import { idempotencyHeaders } from "../http/idempotency-contract.ts";
import { badRequest, conflict, notFound, serverProblems, unprocessable } from "../problems/problem-responses.ts";
import {
  type Backfill,
  type BackfillView,
  backfillParamsSchema,
  backfillRequestSchema,
  backfillSchema,
} from "./backfill-contract.ts";

const startRoute = createRoute({
  method: "post",
  path: "/v1/backfills",
  summary: "Convert what lies in the uploads bucket already",
  description: "Every object is announced as if it had just arrived. What was converted before is not converted again.",
  request: {
    headers: idempotencyHeaders,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: backfillRequestSchema,
          example: { prefix: "inbox/2011/", suffix: ".hu01", since: "2011-01-28T00:00:00Z" },
        },
      },
    },
  },
  responses: {
    202: {
      description: "The backfill runs. Location leads to it.",
      content: { "application/json": { schema: backfillSchema } },
    },
    400: badRequest,
    409: conflict,
    422: unprocessable,
    ...serverProblems,
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/backfills/{id}",
  summary: "One backfill",
  request: { params: backfillParamsSchema },
  responses: {
    200: {
      description: "The backfill. While it runs, Retry-After says when to look again.",
      content: { "application/json": { schema: backfillSchema } },
    },
    400: badRequest,
    404: notFound,
    ...serverProblems,
  },
});

/** Backfills, for homes that have them. */
export function addBackfillRoutes(
  app: ApiApp,
  { backfills, principalOf, newId, log }: ApiDeps & { readonly backfills: Backfills },
) {
  return app
    .openapi(startRoute, async (c) => {
      const id = reservedId(c, { newId });
      const { owner } = principalOf(c.env);
      // What an earlier attempt of the same request has begun before it died.
      const earlier = c.get("reservation") === undefined ? null : await backfills.get(id, owner);
      const backfill = earlier ?? (await backfills.start(id, owner, c.req.valid("json")));
      log.info("backfill begun", { backfill: id });
      const view = toView(backfill);
      return c.json(view, 202, { location: view.links.self, "retry-after": "5" });
    })
    .openapi(getRoute, async (c) => {
      const { owner, isAdmin } = principalOf(c.env);
      const backfill = await backfills.get(c.req.valid("param").id, isAdmin ? null : owner);
      if (backfill === null) throw new ApiError("api/not-found", "There is no backfill with that id.");
      if (backfill.status === "running") c.header("retry-after", "5");
      return c.json(toView(backfill), 200);
    });
}

function toView(backfill: Backfill): BackfillView {
  return { ...backfill, links: { self: `/v1/backfills/${backfill.id}` } };
}
