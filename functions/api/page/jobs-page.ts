import { html } from "hono/html";
import type { JobView } from "../jobs/job-contract.ts";
import { describeItems, formatSize, percentOf, STATUS_WORDS } from "./job-words.ts";
import { type Markup, renderPage } from "./page-shell.ts";

/** The first page: what can be done, and the latest jobs. @param hasMore there are older ones */
export function renderJobsPage(jobs: readonly JobView[], hasMore: boolean): Markup {
  const isLive = jobs.some(({ finishedAt }) => finishedAt === null);
  const body = html`<header><h1>hu01: mail, calendars and contacts out of archives</h1></header>
<main>
${renderUploadForm()}
<h2 id="jobs-title">Jobs</h2>
<section id="jobs" aria-labelledby="jobs-title" data-live="${isLive ? "list" : ""}">
${jobs.length === 0 ? html`<p id="no-job" class="quiet">There is no job yet.</p>` : jobs.map(renderJob)}
${hasMore ? html`<p id="more" class="quiet">These are the latest; <a href="/v1/jobs">the API lists all</a>.</p>` : ""}
</section>
</main>
<footer class="quiet"><p>For programs: <a href="/docs">the API</a>.</p></footer>`;
  return renderPage({ title: "hu01: jobs", isLive, body });
}

/** Without script there is no upload from the page, so the form is hidden until the script shows it. */
function renderUploadForm(): Markup {
  return html`<section aria-labelledby="add-title">
<h2 id="add-title">Add archives</h2>
<form id="upload" class="drop" hidden>
<label for="files">Choose archives, or drop them here</label>
<input id="files" type="file" multiple>
<ul id="uploads" class="uploads" aria-label="Uploads"></ul>
</form>
<p class="quiet">Or put them into the inbox folder, or send them by
<code>curl --data-binary @FILE.hu01 '…/v1/jobs?filename=FILE.hu01'</code></p>
</section>`;
}

function renderJob({ id, source, status, progress, error, createdAt }: JobView): Markup {
  const size = source.size === null ? "" : `${formatSize(source.size)} · `;
  return html`<article id="job-${id}">
<h3><a id="link-${id}" href="/jobs/${encodeURIComponent(id)}">${source.filename}</a></h3>
${renderChip(status)}
${status === "running" ? renderBar(progress) : ""}
<p class="quiet">${size}${describeItems(progress)} · <time datetime="${createdAt}">${formatTime(createdAt)}</time></p>
${error === null ? "" : html`<p>${error.message} <code>${error.code}</code></p>`}
</article>`;
}

/** A job's state. */
export function renderChip(status: JobView["status"]): Markup {
  return html`<span class="chip ${status}">${STATUS_WORDS[status]}</span>`;
}

/** How far a running job is. */
export function renderBar(progress: JobView["progress"]): Markup {
  const percent = percentOf(progress);
  const value = percent === null ? "" : html`value="${percent}"`;
  return html`<progress max="100" ${value} aria-label="Converted"></progress>`;
}

/** A time without its milliseconds. @param instant RFC 3339 UTC */
export function formatTime(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}
