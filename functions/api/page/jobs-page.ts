import { html, raw } from "hono/html";
import type { FileView } from "../files/file-contract.ts";
import type { JobView } from "../jobs/job-contract.ts";

/** A job and the files to show for it. */
export interface JobRow {
  readonly job: JobView;
  readonly files: readonly FileView[];
  /** True when the result holds more files than are shown. */
  readonly hasMoreFiles: boolean;
}

/** The page's only style; its hash stands in the Content-Security-Policy. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
article { border-top: 1px solid #8886; padding: 1rem 0; }
h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .25rem 0; }
ul { margin: .5rem 0; padding-left: 1.25rem; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
`;

const STATUS_WORDS: Readonly<Record<JobView["status"], string>> = {
  awaiting_upload: "waiting for its upload",
  queued: "queued",
  running: "running",
  succeeded: "succeeded",
  succeeded_with_errors: "succeeded with errors: see report.json",
  failed: "failed",
  canceled: "canceled",
  expired: "expired",
};

/** The page as HTML. It asks to be loaded again every two seconds for as long as a job is at work. */
export function renderJobsPage(rows: readonly JobRow[]) {
  const isAtWork = rows.some(({ job }) => job.finishedAt === null);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isAtWork ? html`<meta http-equiv="refresh" content="2">` : ""}
<title>hu01: jobs</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<h1>Jobs</h1>
<p>Put an archive into the inbox folder, or send it: <code>curl --data-binary @FILE.hu01 '…/v1/jobs?filename=FILE.hu01'</code>.
The API is described in <a href="/v1/openapi.json">openapi.json</a>.</p>
${rows.length === 0 ? html`<p>There is no job yet.</p>` : rows.map(renderJob)}
</body>
</html>`;
}

function renderJob({ job, files, hasMoreFiles }: JobRow) {
  const { mail, calendar, contact, raw: other, duplicates, skipped } = job.progress.items;
  return html`<article>
<h2>${job.source.filename}</h2>
<p><strong>${STATUS_WORDS[job.status]}</strong> · mail ${mail} · calendar ${calendar} · contacts ${contact} ·
other ${other} · duplicates ${duplicates} · skipped ${skipped} · <a href="${job.links.self}">job</a></p>
${job.error === null ? "" : html`<p>${job.error.message} (<code>${job.error.code}</code>)</p>`}
<ul>${files.map(({ path, url, size }) => html`<li><a href="${url}">${path}</a> ${size} bytes</li>`)}</ul>
${hasMoreFiles ? html`<p><a href="${job.links.files}">All files</a></p>` : ""}
</article>`;
}
