import { OpenAPIHono } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { ApiError, ArchiveError } from "../../shared/errors.ts";
import type { LogFacts } from "../log.ts";
import type { ApiApp, ApiDeps, ApiEnv } from "./api-deps.ts";
import { addBackfillRoutes } from "./backfills/backfill-routes.ts";
import { addArchiveRoutes } from "./files/archive-routes.ts";
import { addDocumentRoutes } from "./files/document-routes.ts";
import { addErrorRoutes } from "./files/error-routes.ts";
import { addFileRoutes } from "./files/file-routes.ts";
import { addMergedRoutes } from "./files/merged-routes.ts";
import { countOnce } from "./http/idempotency.ts";
import { limitJson } from "./http/limit-json.ts";
import { limitRate } from "./http/rate-limit.ts";
import { addDeleteRoutes } from "./jobs/delete-routes.ts";
import { addJobRoutes } from "./jobs/job-routes.ts";
import { limitActiveJobs } from "./jobs/limit-active-jobs.ts";
import { addRetryRoutes } from "./jobs/retry-routes.ts";
import { addEventRoutes } from "./live/event-routes.ts";
import { addPageRoutes } from "./page/page-routes.ts";
import { createProblem, problemOf, problemResponse } from "./problems/problem.ts";
import type { RequestFault } from "./problems/problem-contract.ts";
import { addServiceRoutes } from "./service/service-routes.ts";
import { addUploadRoutes } from "./uploads/upload-routes.ts";
import { addWebhookRoutes } from "./webhooks/webhook-routes.ts";

const FAULT_PLACES: Readonly<Record<string, RequestFault["in"]>> = {
  query: "query",
  param: "path",
  header: "header",
  json: "body",
  form: "body",
};

/** The API over the given stores. Holds no state: every home (local service, Lambda) gets the same behaviour. */
export function createApp({ jobs, maxActiveJobs, ...rest }: ApiDeps): ApiApp {
  const deps = { ...rest, jobs: maxActiveJobs === undefined ? jobs : limitActiveJobs(jobs, maxActiveJobs) };
  const app = createEmptyApp(deps);
  if (deps.requestRate !== undefined) app.use(limitRate(deps, deps.requestRate));
  app.use(limitJson());
  app.use("/v1/*", countOnce(deps));
  addUploadRoutes(app, deps);
  addJobRoutes(app, deps);
  addDeleteRoutes(app, deps);
  addRetryRoutes(app, deps);
  addEventRoutes(app, deps);
  addWebhookRoutes(app, deps);
  addFileRoutes(app, deps);
  addDocumentRoutes(app, deps);
  addErrorRoutes(app, deps);
  addArchiveRoutes(app, deps);
  addMergedRoutes(app, deps);
  if (deps.backfills !== undefined) addBackfillRoutes(app, { ...deps, backfills: deps.backfills });
  addServiceRoutes(app, deps);
  addPageRoutes(app, deps);
  refuseOtherMethods(app);
  return app;
}

function createEmptyApp({ newId, log }: ApiDeps): ApiApp {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const errors = result.error.issues.map(({ path, message }) => ({
        in: FAULT_PLACES[result.target] ?? "body",
        name: path.join("."),
        detail: message,
      }));
      return problemResponse(createProblem({ code: "api/request-invalid", instance: c.get("instance"), errors }));
    },
  });
  app.use(async (c, next) => {
    c.set("instance", `urn:uuid:${newId()}`);
    await next();
  });
  app.notFound((c) => problemResponse(createProblem({ code: "api/not-found", instance: c.get("instance") })));
  app.onError((error, c) => {
    const problem = problemOf(ofThisProject(error), c.get("instance"));
    if (problem.status >= 500) log.error("request failed", { instance: problem.instance, ...describe(error) });
    return problemResponse(problem);
  });
  return app;
}

/** What the framework itself finds wrong with a request, such as JSON that is none, it throws as an error of its own. */
function ofThisProject(error: Error): Error {
  if (!(error instanceof HTTPException) || error.status >= 500) return error;
  return new ApiError("api/request-invalid", "The body is not what its Content-Type says.", { cause: error });
}

/** Enough of an error for its operator to find the place. No message: it may hold a path with a person's file name. */
function describe(error: Error): LogFacts {
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return { error: error instanceof ArchiveError ? error.code : error.name, at: frames.slice(0, 5).join("").trim() };
}

/** Answers 405 with Allow on every address that exists for other methods. Derived from the routes themselves. */
function refuseOtherMethods(app: ApiApp): void {
  const methodsOf = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === "ALL") continue;
    const methods = methodsOf.get(path) ?? new Set();
    methodsOf.set(path, methods.add(method));
    if (method === "GET") methods.add("HEAD");
  }
  for (const [path, methods] of methodsOf) {
    app.all(path, (c) => {
      const problem = createProblem({ code: "api/method-not-allowed", instance: c.get("instance") });
      return problemResponse(problem, { allow: [...methods].sort().join(", ") });
    });
  }
}
