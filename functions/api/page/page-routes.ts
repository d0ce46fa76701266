import { html } from "hono/html";
import type { Job } from "../../../shared/job.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { type ErrorRow, errorRows } from "../files/error-rows.ts";
import { listFiles } from "../files/list-files.ts";
import { readManifest } from "../files/read-manifest.ts";
import { findJob } from "../jobs/find-job.ts";
import { toJobView } from "../jobs/job-contract.ts";
import type { Problem } from "../problems/problem-contract.ts";
import { type Excerpt, type JobPageFacts, renderJobPage } from "./job-page.ts";
import { renderJobsPage } from "./jobs-page.ts";
import { PAGE_HEADERS, renderPage } from "./page-shell.ts";

const MAX_JOBS = 50;
const MAX_FILES = 500;
const MAX_ERRORS = 100;

/** What a page's button asks of the API. */
const ACTIONS = {
  cancel: { method: "POST", path: "/cancel" },
  retry: { method: "POST", path: "/retry" },
  delete: { method: "DELETE", path: "" },
} as const;

/** Pages for people. They need no script and nothing from elsewhere; script makes them live. */
export function addPageRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get("/", async (c) => {
    const { jobs, cursor } = await deps.jobs.list({ owner: deps.principalOf(c.env).owner, limit: MAX_JOBS });
    const views = jobs.map((job) => toJobView(job));
    return c.html(renderJobsPage(views, cursor !== null), 200, PAGE_HEADERS);
  });

  app.get("/jobs/:id", async (c) => {
    const job = await findJob(deps, deps.principalOf(c.env), c.req.param("id"));
    return c.html(renderJobPage(await readFacts(deps, job, c.req.raw.signal)), 200, PAGE_HEADERS);
  });

  for (const [name, { method, path }] of Object.entries(ACTIONS)) {
    app.post(`/jobs/:id/${name}`, async (c) => {
      const id = encodeURIComponent(c.req.param("id"));
      const url = new URL(`/v1/jobs/${id}${path}`, c.req.url);
      const answer = await app.fetch(new Request(url, { method }), c.env);
      if (!answer.ok)
        return c.html(renderProblem((await answer.json()) as Problem, id), answer.status as 400, PAGE_HEADERS);
      const made = answer.headers.get("location")?.split("/").at(-1) ?? id;
      return c.redirect(method === "DELETE" ? "/" : `/jobs/${made}`, 303);
    });
  }
}

async function readFacts(deps: ApiDeps, job: Job, signal: AbortSignal): Promise<JobPageFacts> {
  const isEnded = job.finishedAt !== null;
  const files = isEnded ? await listFiles(deps.results, job.id, { limit: MAX_FILES + 1 }) : [];
  return {
    job: toJobView(job),
    files: { entries: files.slice(0, MAX_FILES), hasMore: files.length > MAX_FILES },
    errors: isEnded ? await readErrors(deps, job.id, signal) : { entries: [], hasMore: false },
  };
}

async function readErrors({ results }: ApiDeps, jobId: string, signal: AbortSignal): Promise<Excerpt<ErrorRow>> {
  const key = `${jobId}/manifest.jsonl`;
  const entries: ErrorRow[] = [];
  if ((await results.head(key)) === null) return { entries, hasMore: false };
  for await (const row of errorRows(readManifest(results.read(key, { signal })))) {
    if (entries.length === MAX_ERRORS) return { entries, hasMore: true };
    entries.push(row);
  }
  return { entries, hasMore: false };
}

function renderProblem({ title, detail, code }: Problem, id: string) {
  const body = html`<main><h1>That did not work</h1>
<div class="problem"><p>${detail}</p><p class="quiet">Code: <code>${code}</code></p></div>
<p><a href="/jobs/${id}">Back to the job</a> · <a href="/">All jobs</a></p></main>`;
  return renderPage({ title: `hu01: ${title}`, isLive: false, body });
}
