import { createRoute } from "@hono/zod-openapi";
import { ApiError, ERRORS, type ErrorCode } from "../../../shared/errors.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { PROBLEM_STATUS } from "../problem-status.ts";
import { problemTypeSchema } from "../problems/problem-contract.ts";
import { notFound } from "../problems/problem-responses.ts";
import type { ApiDocument } from "./api-document.ts";
import { describeApi } from "./describe-api.ts";
import { DOCS_HEADERS, renderDocs } from "./docs-page.ts";
import { healthSchema, problemParamsSchema } from "./service-contract.ts";

const healthRoute = createRoute({
  method: "get",
  path: "/healthz",
  summary: "Whether the service answers",
  security: [],
  responses: { 200: { description: "It does.", content: { "application/json": { schema: healthSchema } } } },
});

const problemTypeRoute = createRoute({
  method: "get",
  path: "/v1/problems/{room}/{slug}",
  summary: "What a problem type means",
  security: [],
  request: { params: problemParamsSchema },
  responses: {
    200: {
      description: "The meaning of the code and what can be done.",
      content: { "application/json": { schema: problemTypeSchema } },
    },
    404: notFound,
  },
});

/** What the service says of itself: health, problem types and everything that it can do, in OpenAPI 3.1 and for people. */
export function addServiceRoutes(app: ApiApp, { toolVersion }: ApiDeps) {
  let drawn: ApiDocument | null = null;
  const document = () => {
    drawn ??= describeApi(app, toolVersion);
    return drawn;
  };
  app.get("/v1/openapi.json", (c) => c.json(document(), 200));
  app.get("/docs", (c) => c.html(renderDocs(document(), new URL(c.req.url).origin), 200, DOCS_HEADERS));
  return app
    .openapi(healthRoute, (c) => c.json({ status: "ok" as const, version: toolVersion }, 200))
    .openapi(problemTypeRoute, (c) => {
      const { room, slug } = c.req.valid("param");
      const code = `${room}/${slug}`;
      if (!isErrorCode(code)) throw new ApiError("api/not-found", "There is no such problem type.");
      const { meaning, retry, remedy } = ERRORS[code];
      return c.json({ code, status: PROBLEM_STATUS[code], meaning, retry, remedy }, 200);
    });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
