import { createHash } from "node:crypto";
import type { Job } from "../../../shared/job.ts";
import type { ApiApp, ApiDeps } from "../api-deps.ts";
import { listFiles } from "../files/list-files.ts";
import { toJobView } from "../jobs/job-contract.ts";
import { type JobRow, renderJobsPage, STYLE } from "./jobs-page.ts";

const MAX_JOBS = 20;
const MAX_FILES = 50;

const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** The one page of the service: the latest jobs and their files. Needs no script and nothing from elsewhere. */
export function addPageRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get("/", async (c) => {
    const page = await deps.jobs.list({ owner: deps.principalOf(c.env).owner, limit: MAX_JOBS });
    const rows = await Promise.all(page.jobs.map((job) => readRow(deps, job)));
    return c.html(renderJobsPage(rows), 200, HEADERS);
  });
}

async function readRow(deps: ApiDeps, job: Job): Promise<JobRow> {
  const files = job.finishedAt === null ? [] : await listFiles(deps.results, job.id, { limit: MAX_FILES + 1 });
  return { job: toJobView(job), files: files.slice(0, MAX_FILES), hasMoreFiles: files.length > MAX_FILES };
}
