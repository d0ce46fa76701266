import { createRoute } from "@hono/zod-openapi";
import { ApiError } from "../../../shared/errors.ts";
import type { Job } from "../../../shared/job.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { isUnchanged } from "../http/entity-tag.ts";
import { jobParamsSchema } from "../jobs/job-contract.ts";
import { conflict, notFound, serverProblems } from "../problems/problem-responses.ts";
import { bytesAs, unchanged } from "./download-answers.ts";
import { findEndedJob } from "./ended-job.ts";
import { hasCards, JobCalendar, type JobObjects, jobCards } from "./merge-objects.ts";
import { downloadHeaders, sendMade } from "./send-result.ts";

const answers = (mediaType: string) =>
  ({
    200: { description: "One file, made while it is sent.", content: bytesAs(mediaType) },
    304: unchanged,
    404: notFound,
    409: conflict,
    ...serverProblems,
  }) as const;

const calendarRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/calendar.ics",
  summary: "All events, tasks and notes of a job as one calendar",
  description:
    "Each time zone stands in it once. A series whose zone has other rules than most have is left out; it is in its " +
    "own file, as answers to invitations and cancellations are.",
  request: { params: jobParamsSchema },
  responses: answers("text/calendar"),
});

const contactsRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/contacts.vcf",
  summary: "All contacts of a job as one file of cards",
  request: { params: jobParamsSchema },
  responses: answers("text/vcard"),
});

/** The objects of a job, in one file of each kind. */
export function addMergedRoutes(app: ApiApp, deps: ApiDeps) {
  return app
    .openapi(calendarRoute, async (c) => {
      const { id, version } = await findUnpackedJob(deps, c.env, c.req.valid("param").id);
      const headers = downloadHeaders("calendar.ics", "text/calendar; charset=utf-8", `ics-${version}`);
      if (isUnchanged(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers);
      const calendar = await JobCalendar.open(objectsOf(deps, id, c.req.raw.signal));
      if (calendar === null) throw new ApiError("api/not-found", "The job has no calendar objects.");
      return await sendMade(deps, { headers, content: calendar.content() });
    })
    .openapi(contactsRoute, async (c) => {
      const { id, version } = await findUnpackedJob(deps, c.env, c.req.valid("param").id);
      const headers = downloadHeaders("contacts.vcf", "text/vcard; charset=utf-8", `vcf-${version}`);
      if (isUnchanged(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers);
      const objects = objectsOf(deps, id, c.req.raw.signal);
      if (!(await hasCards(objects))) throw new ApiError("api/not-found", "The job has no contacts.");
      return await sendMade(deps, { headers, content: jobCards(objects) });
    });
}

function objectsOf({ results }: ApiDeps, jobId: string, signal: AbortSignal): JobObjects {
  return { results, jobId, signal };
}

/** Other packs than ZIPs take mail only. @throws ApiError jobs/not-found, jobs/not-ended, api/result-packed */
async function findUnpackedJob(deps: ApiDeps, bindings: unknown, id: string): Promise<Job> {
  const job = await findEndedJob(deps, deps.principalOf(bindings), id);
  if (job.options.pack === "zip") throw new ApiError("api/result-packed");
  return job;
}
